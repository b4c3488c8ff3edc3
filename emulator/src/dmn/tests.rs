//! Decisions by examples: hit policies, requirements, faults.
//! Deploying them is told with the engine.

use serde_json::{Value, json};

use super::{evaluate, parse};

fn table(policy: &str, rules: &[(&str, &str)]) -> String {
    let rules: String = rules
        .iter()
        .map(|(test, output)| {
            let test = test.replace('<', "&lt;");
            format!("<rule id='r'><inputEntry><text>{test}</text></inputEntry><outputEntry><text>{output}</text></outputEntry></rule>")
        })
        .collect();
    format!(
        "<decision id='d' name='D'><decisionTable {policy}><input id='i' label='N'><inputExpression><text>n</text></inputExpression></input>\
         <output id='o' name='out'/>{rules}</decisionTable></decision>"
    )
}

fn file(decisions: &str) -> String {
    format!(
        "<definitions xmlns='https://www.omg.org/spec/DMN/20191111/MODEL/' id='g' name='G'>{decisions}</definitions>"
    )
}

fn output(decisions: &str, n: impl Into<Value>) -> Result<Value, String> {
    let graph = parse(&file(decisions))?;
    let variables = json!({ "n": n.into() }).as_object().cloned().unwrap_or_default();
    let wanted = graph.decisions.len() - 1;
    let done = evaluate(&graph, wanted, &variables, 0).map_err(|(_, failed)| failed.reason)?;
    Ok(done.last().map(|last| last.output.clone()).unwrap_or_default())
}

#[test]
fn policies_make_of_hits_what_they_say() {
    let rules = [("< 5", "1"), ("[3..9]", "2"), ("-", "4")];
    for (policy, n, expected) in [
        ("hitPolicy='FIRST'", 4, json!(1)),
        ("hitPolicy='RULE ORDER'", 4, json!([1, 2, 4])),
        ("hitPolicy='COLLECT'", 7, json!([2, 4])),
        ("hitPolicy='COLLECT' aggregation='SUM'", 4, json!(7)),
        ("hitPolicy='COLLECT' aggregation='MAX'", 4, json!(4)),
        ("hitPolicy='COLLECT' aggregation='COUNT'", 4, json!(3)),
        ("", 99, json!(4)),
    ] {
        assert_eq!(output(&table(policy, &rules), n), Ok(expected), "{policy} {n}");
    }
    assert!(output(&table("", &rules), 4).is_err_and(|e| e.contains("single rule")));
    assert_eq!(output(&table("", &[("\"a\", \"b\"", "1")]), "c"), Ok(Value::Null));
    assert_eq!(output(&table("", &[("not(\"a\")", "1")]), "c"), Ok(json!(1)));
}

#[test]
fn what_is_needed_is_decided_before() {
    let literal = "<decision id='twice' name='Twice'><informationRequirement><requiredDecision href='#d'/></informationRequirement>\
                   <literalExpression><text>out * 2</text></literalExpression></decision>";
    assert_eq!(output(&(table("", &[("-", "n + 1")]) + literal), 4), Ok(json!(10)));
}

#[test]
fn faults_are_told_with_their_decision() {
    let fault = |decisions: &str| parse(&file(decisions)).err().unwrap_or_default();
    assert!(fault(&table("", &[("<", "1")])).starts_with("- Element: d\n    - ERROR: failed to parse expression '<'"));
    assert!(fault(&table("hitPolicy='PRIORITY'", &[])).contains("The hit policy 'PRIORITY' is not supported"));
    assert!(fault("<decision id='d'><context/></decision>").contains("Only decision tables and literal expressions"));
    let circle = "<decision id='d'><informationRequirement><requiredDecision href='#d'/></informationRequirement>\
                  <literalExpression><text>1</text></literalExpression></decision>";
    assert!(fault(circle).contains("in a circle"));
}
