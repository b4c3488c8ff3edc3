//! One input of the cluster: what came from outside, or that time passed, and when.
//! It is written as a line of JSON for what is small, and the bytes of the body as they are.

use serde_json::{Value, json};

/// What changes a cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Input {
    /// Something was due.
    Advance,
    /// A request that passed the authentication and may change something.
    Request {
        method: String,
        target: String,
        media_type: Option<String>,
        caller: String,
        body: Vec<u8>,
    },
    /// Jobs went to a worker.
    HandOut {
        jobs: Vec<i64>,
        worker: String,
        deadline: i64,
        leased: bool,
    },
    /// A file was deployed by the library.
    Deploy {
        name: String,
        content: Vec<u8>,
    },
    /// An instance was started by the library; the variables are its content.
    Create {
        process: String,
        variables: Vec<u8>,
    },
    /// The clock was pinned to, reset, or moved by.
    Pin(i64),
    Reset,
    Move(i64),
}

pub(crate) fn encode(at: i64, input: &Input) -> Vec<u8> {
    let (head, body): (Value, &[u8]) = match input {
        Input::Advance => (json!([at, "advance"]), &[]),
        Input::Request { method, target, media_type, caller, body } => {
            (json!([at, "request", method, target, media_type, caller]), body)
        }
        Input::HandOut { jobs, worker, deadline, leased } => {
            (json!([at, "hand out", jobs, worker, deadline, leased]), &[])
        }
        Input::Deploy { name, content } => (json!([at, "deploy", name]), content),
        Input::Create { process, variables } => (json!([at, "create", process]), variables),
        Input::Pin(to) => (json!([at, "pin", to]), &[]),
        Input::Reset => (json!([at, "reset"]), &[]),
        Input::Move(by) => (json!([at, "move", by]), &[]),
    };
    let mut record = head.to_string().into_bytes();
    record.push(b'\n');
    record.extend_from_slice(body);
    record
}

pub(crate) fn decode(record: &[u8]) -> Option<(i64, Input)> {
    let line = record.iter().position(|byte| *byte == b'\n')?;
    let (head, body) = record.split_at(line);
    let body = body.get(1..)?.to_vec();
    let head: Vec<Value> = serde_json::from_slice(head).ok()?;
    let text = |at: usize| head.get(at).and_then(Value::as_str).map(str::to_owned);
    let number = |at: usize| head.get(at).and_then(Value::as_i64);
    let input = match head.get(1)?.as_str()? {
        "advance" => Input::Advance,
        "request" => Input::Request { method: text(2)?, target: text(3)?, media_type: text(4), caller: text(5)?, body },
        "hand out" => {
            let jobs = head.get(2)?.as_array()?.iter().filter_map(Value::as_i64).collect();
            let leased = head.get(5).and_then(Value::as_bool).unwrap_or_default();
            Input::HandOut { jobs, worker: text(3)?, deadline: number(4)?, leased }
        }
        "deploy" => Input::Deploy { name: text(2)?, content: body },
        "create" => Input::Create { process: text(2)?, variables: body },
        "pin" => Input::Pin(number(2)?),
        "reset" => Input::Reset,
        "move" => Input::Move(number(2)?),
        _ => return None,
    };
    Some((number(0)?, input))
}

#[cfg(test)]
mod tests {
    use super::{Input, decode, encode};

    #[test]
    fn every_input_reads_back() {
        let text = || "a \"text\"\nof two lines".to_owned();
        let body = b"{\n}\0\xff".to_vec();
        let request = |media_type| Input::Request {
            method: "POST".to_owned(),
            target: "/v2/jobs/1/completion?a=b".to_owned(),
            media_type,
            caller: text(),
            body: body.clone(),
        };
        for input in [
            Input::Advance,
            request(None),
            request(Some("application/json".to_owned())),
            Input::HandOut { jobs: vec![1, 2], worker: text(), deadline: 7, leased: true },
            Input::Deploy { name: text(), content: body.clone() },
            Input::Create { process: text(), variables: b"{}".to_vec() },
            Input::Pin(3),
            Input::Reset,
            Input::Move(-1),
        ] {
            assert_eq!(decode(&encode(1_700_000_000_000, &input)), Some((1_700_000_000_000, input)));
        }
        assert_eq!(decode(b"no record"), None);
    }
}
