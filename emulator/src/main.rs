//! The emulator as a program: arguments in, one line with the address out, then it serves until it is killed.
//! It has no logic of its own beyond its arguments.

use std::net::IpAddr;
use std::process::ExitCode;

use camunda_emulator::Emulator;

const HELP: &str = "\
An embedded cluster that answers like Camunda 8, for tests, demos and simulation.

Usage: camunda-emulator [OPTIONS]

Options:
      --port PORT       Port to listen on; 0 is a free one [default: 8080]
      --host HOST       Address to listen on [default: 127.0.0.1]
      --help            Print this text
      --version         Print the version
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(reason) => {
            eprintln!("error: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<(), String> {
    let mut builder = Emulator::builder();
    let mut port = 8080;
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let (name, inline) = match argument.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (argument.as_str(), None),
        };
        let mut value = || {
            let given = inline.map(str::to_owned).or_else(|| rest.next().cloned());
            given.ok_or_else(|| format!("{name} needs a value"))
        };
        match name {
            "--help" | "-h" => {
                print!("{HELP}");
                return Ok(());
            }
            "--version" | "-V" => {
                println!("camunda-emulator {}", env!("CARGO_PKG_VERSION"));
                return Ok(());
            }
            "--port" => {
                let text = value()?;
                port = text.parse().map_err(|_| format!("--port: '{text}' is not a port number (0 to 65535)"))?;
            }
            "--host" => {
                let text = value()?;
                builder =
                    builder.host(text.parse::<IpAddr>().map_err(|_| format!("--host: '{text}' is not an IP address"))?);
            }
            _ => {
                return Err(format!("unknown option '{argument}'; --help lists the options"));
            }
        }
    }
    let emulator = builder.port(port).start().map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {port} is taken; choose another with --port, or --port 0 for a free one")
        }
        _ => format!("cannot listen on port {port}: {error}"),
    })?;
    let environment: Vec<String> =
        emulator.environment().iter().map(|(name, value)| format!("{name}={value}")).collect();
    println!("listening on {} ({})", emulator.address(), environment.join(" "));
    emulator.wait();
    Ok(())
}
