//! Finds loops that would run for ever because none of their elements ever waits.
//! It judges only the graph; whether a condition would end the loop is not asked.

use super::model::{Flow, Kind, Node};

/// The ids along the first such loop, as the server writes them: `a > b > a`.
pub(crate) fn find(nodes: &[Node], flows: &[Flow]) -> Option<String> {
    let waits = |node: usize| {
        let node = &nodes[node];
        let passes = matches!(
            node.kind,
            Kind::Pass
                | Kind::Exclusive { .. }
                | Kind::Inclusive { .. }
                | Kind::Parallel
                | Kind::Script { .. }
                | Kind::Decision { .. }
                | Kind::Call(_)
                | Kind::Signal { .. }
                | Kind::Escalation { .. }
        );
        !passes || !node.start_listeners.is_empty() || !node.end_listeners.is_empty()
    };
    // 0: not seen, 1: on the path, 2: done.
    let mut marks = vec![0_u8; nodes.len()];
    for root in (0..nodes.len()).filter(|&n| !waits(n)) {
        if marks[root] != 0 {
            continue;
        }
        let mut path = vec![(root, 0_usize)];
        marks[root] = 1;
        while let Some((node, next)) = path.last_mut() {
            let Some(&flow) = nodes[*node].outgoing.get(*next) else {
                marks[*node] = 2;
                path.pop();
                continue;
            };
            *next += 1;
            let target = flows[flow].target;
            match marks[target] {
                1 => {
                    let start = path.iter().position(|(n, _)| *n == target).unwrap_or_default();
                    let mut ids: Vec<&str> = path[start..].iter().map(|(n, _)| &*nodes[*n].id).collect();
                    ids.push(&nodes[target].id);
                    return Some(ids.join(" > "));
                }
                0 if !waits(target) => {
                    marks[target] = 1;
                    path.push((target, 0));
                }
                _ => {}
            }
        }
    }
    None
}
