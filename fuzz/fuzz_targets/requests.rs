#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| camunda_fuzz::requests::run(data));
