//! What the seeds of the target `operations` reach: every operation, with every class of status, by an input that is accepted
//! and one that is refused. Every answer is given to every operation, since which one a seed is for shifts with each new one.

use std::collections::{BTreeMap, BTreeSet};

use camunda_core::api::roundtrip::ENTRIES;

use crate::operations::{self, Went};
use crate::{corpus, peer};

#[test]
fn every_operation_by_every_class_of_status() {
    let mut reached: BTreeMap<(u16, Went), BTreeSet<usize>> = BTreeMap::new();
    let (mut asked, mut runs) = (BTreeMap::new(), 0);
    for (name, data) in corpus("operations") {
        let run = |data: Vec<u8>| {
            std::panic::catch_unwind(move || operations::run(&data)).unwrap_or_else(|_| panic!("{name}"))
        };
        if data[2] >= 254 {
            *asked.entry(run(data)).or_insert(0) += 1;
            continue;
        }
        let class = peer::STATUSES[usize::from(data[2]) % peer::STATUSES.len()] / 100;
        for operation in 0..ENTRIES.len() {
            let index = u16::try_from(operation).unwrap().to_be_bytes();
            let went = run([&index, &data[2..]].concat());
            reached.entry((class, went)).or_default().insert(operation);
            runs += 1;
        }
    }
    println!("{runs} answers, {asked:?} requests and values; operations reached, of {}:", ENTRIES.len());
    for class in [2, 3, 4, 5] {
        for went in [Went::Accepted, Went::Refused] {
            let count = reached.get(&(class, went)).map_or(0, BTreeSet::len);
            println!("  {class}xx {went:?}: {count}");
            assert_eq!(count, ENTRIES.len(), "{class}xx {went:?}");
        }
    }
    assert!(asked[&Went::Accepted] >= 40 && asked[&Went::Refused] >= 10, "{asked:?}");
}
