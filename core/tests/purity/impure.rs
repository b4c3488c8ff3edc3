// Not part of any build: every marked line must be refused by the lints of this crate.
#![allow(unused, unused_must_use)]

fn clocks() {
    let instant = std::time::Instant::now(); // ! disallowed method
    instant.elapsed(); // ! disallowed method
    std::time::SystemTime::now(); // ! disallowed method
}

fn environment() {
    std::env::var("HOME"); // ! disallowed method
    std::env::vars(); // ! disallowed method
    std::env::current_dir(); // ! disallowed method
}

fn files() {
    std::fs::read("x"); // ! disallowed method
    std::fs::read_to_string("x"); // ! disallowed method
    std::fs::write("x", "y"); // ! disallowed method
    std::fs::File::open("x"); // ! disallowed type
}

fn sockets() {
    std::net::TcpStream::connect("h:1"); // ! disallowed type
}

fn threads() {
    std::thread::spawn(|| {}); // ! disallowed method
    std::thread::sleep(core::time::Duration::ZERO); // ! disallowed method
    std::thread::current(); // ! disallowed method
    std::sync::Mutex::new(()); // ! disallowed type
}

fn order() {
    std::collections::HashMap::<u8, u8>::new(); // ! disallowed type
    std::collections::HashSet::<u8>::new(); // ! disallowed type
}

fn streams() {
    println!(); // ! disallowed macro
    eprintln!(); // ! disallowed macro
    std::io::stdout(); // ! disallowed method
}
