//! A name and a secret, of a user or of a client: compared here and shown nowhere.
//! It keeps the secret as it is, since both sides are this program.

use std::fmt;

#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Login {
    pub(crate) name: String,
    pub(crate) secret: String,
}

impl Login {
    pub(crate) fn new(name: &str, secret: &str) -> Self {
        Self { name: name.to_owned(), secret: secret.to_owned() }
    }

    pub(crate) fn is(&self, name: &str, secret: &str) -> bool {
        self.name == name && self.secret == secret
    }
}

impl fmt::Debug for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Login").field("name", &self.name).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use crate::{Authentication, Cluster, Emulator};

    #[test]
    fn secrets_are_not_shown() {
        let basic = || Authentication::Basic { user: "demo".to_owned(), password: "hush-hush".to_owned() };
        let builder = Emulator::builder().basic("demo", "hush-hush").client("id", "hush-hush");
        let mut cluster = Cluster::new(basic(), None);
        let request = http::Request::get("/v2/topology").header("authorization", "Basic hush-hush");
        cluster.handle(request.body(Vec::new()).expect("a request"), 0);
        for shown in [format!("{:?}", basic()), format!("{builder:?}"), format!("{cluster:?}")] {
            assert!(shown.contains("demo") && !shown.contains("hush"), "{shown}");
        }
    }
}
