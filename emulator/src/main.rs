//! The emulator as a program: arguments in, the address and the environment out, then it serves until it is killed.
//! It has no logic of its own beyond its arguments.

use std::io::Write;
use std::net::IpAddr;
use std::process::ExitCode;
use std::time::Duration;

use camunda_emulator::{Builder, Emulator, leases};

const HELP: &str = "\
An embedded cluster that answers like Camunda 8, for tests, demos and simulation.

Usage: camunda-emulator [OPTIONS]

Options:
      --port PORT            Port to listen on; 0 is a free one [default: 8080]
      --host HOST            Address to listen on [default: 127.0.0.1]
      --basic USER:PASSWORD  Ask for this user and password
      --identity-provider TTL_SECONDS
                             Be an identity provider whose tokens live this long, and ask for them
      --oidc ISSUER          Ask for tokens of this issuer (http:// only); needs --audience
      --audience AUD         What tokens must be for
      --multi-tenancy        Keep tenants apart
      --authorizations       Ask for authorizations; the user or client above may do everything
      --data DIR             Keep everything in this directory, and go on from what is there
      --leases DIR           Serve nothing: print, a line of JSON each, every time that a job was handed out, as
                             the directory tells it that a process with --data has left
      --help                 Print this text
      --version              Print the version
";

/// What the arguments ask for.
enum Wish {
    Serve(Builder, u16),
    Leases(String),
    Say(String),
}

fn main() -> ExitCode {
    let outcome = read(std::env::args().skip(1)).and_then(|wish| match wish {
        Wish::Serve(builder, port) => serve(builder, port),
        Wish::Leases(dir) => print_leases(&dir),
        Wish::Say(text) => {
            print!("{text}");
            Ok(())
        }
    });
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn read(mut arguments: impl Iterator<Item = String>) -> Result<Wish, String> {
    let mut builder = Emulator::builder();
    let mut port = 8080;
    let (mut issuer, mut audience) = (None, None);
    while let Some(argument) = arguments.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        let mut value = || inline.clone().or_else(|| arguments.next()).ok_or_else(|| format!("{name} needs a value"));
        match name {
            "--help" | "-h" => return Ok(Wish::Say(HELP.to_owned())),
            "--version" | "-V" => {
                return Ok(Wish::Say(format!("camunda-emulator {}\n", env!("CARGO_PKG_VERSION"))));
            }
            "--leases" => return Ok(Wish::Leases(value()?)),
            "--port" => port = parse(name, &value()?, "a port number (0 to 65535)")?,
            "--host" => builder = builder.host(parse::<IpAddr>(name, &value()?, "an IP address")?),
            "--multi-tenancy" => builder = builder.multi_tenancy(),
            "--authorizations" => builder = builder.authorizations(),
            "--data" => builder = builder.data(value()?),
            "--basic" => {
                let text = value()?;
                let (user, password) = text.split_once(':').ok_or("--basic needs USER:PASSWORD")?;
                builder = builder.basic(user, password);
            }
            "--identity-provider" => {
                let seconds = parse(name, &value()?, "a number of seconds")?;
                builder = builder.identity_provider(Duration::from_secs(seconds));
            }
            "--oidc" => issuer = Some(value()?),
            "--audience" => audience = Some(value()?),
            _ => {
                return Err(format!("unknown option '{argument}'; --help lists the options"));
            }
        }
    }
    match (issuer, audience) {
        (Some(issuer), Some(audience)) => Ok(Wish::Serve(builder.oidc(&issuer, &audience), port)),
        (None, None) => Ok(Wish::Serve(builder, port)),
        _ => Err("--oidc and --audience go together".to_owned()),
    }
}

fn parse<T: std::str::FromStr>(name: &str, text: &str, what: &str) -> Result<T, String> {
    text.parse().map_err(|_| format!("{name}: '{text}' is not {what}"))
}

fn serve(builder: Builder, port: u16) -> Result<(), String> {
    let emulator = builder.port(port).start().map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {port} is taken; choose another with --port, or --port 0 for a free one")
        }
        std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData => error.to_string(),
        _ => format!("cannot listen on port {port}: {error}"),
    })?;
    let mut text = format!("listening on {}\n", emulator.address());
    for (name, value) in emulator.environment() {
        text += &format!("{name}={value}\n");
    }
    // Whoever does not read the output is served all the same.
    let _closed = std::io::stdout().write_all(text.as_bytes());
    emulator.wait();
    Ok(())
}

fn print_leases(dir: &str) -> Result<(), String> {
    let leases = leases(dir.as_ref()).map_err(|error| error.to_string())?;
    let text: String = leases.iter().map(|lease| format!("{}\n", lease.json())).collect();
    std::io::stdout().write_all(text.as_bytes()).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::{Wish, read};

    fn fault(arguments: &[&str]) -> String {
        read(arguments.iter().map(|a| (*a).to_owned())).err().unwrap_or_default()
    }

    #[test]
    fn wrong_arguments_are_told() {
        assert_eq!(fault(&["--prot", "1"]), "unknown option '--prot'; --help lists the options");
        assert_eq!(fault(&["--port"]), "--port needs a value");
        assert_eq!(fault(&["--port=70000"]), "--port: '70000' is not a port number (0 to 65535)");
        assert_eq!(fault(&["--basic", "demo"]), "--basic needs USER:PASSWORD");
        assert_eq!(fault(&["--leases"]), "--leases needs a value");
        assert_eq!(fault(&["--oidc", "http://localhost"]), "--oidc and --audience go together");
    }

    #[test]
    fn right_arguments_are_taken() {
        let arguments = ["--port=0", "--host", "127.0.0.1", "--identity-provider", "30"];
        assert!(matches!(read(arguments.iter().map(|a| (*a).to_owned())), Ok(Wish::Serve(_, 0))));
        assert!(matches!(read(["--help".to_owned()].into_iter()), Ok(Wish::Say(text)) if text.contains("--basic")));
    }
}
