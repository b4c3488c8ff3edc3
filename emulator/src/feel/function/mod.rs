//! The functions of the language by name, with their parameters, and who computes them.
//! Functions that need randomness or regular expressions are not here: the evaluator is deterministic and small.

mod context;
mod list;
mod number;
mod text;
mod time;

pub(crate) use number::power;

use super::tree::Node;
use super::value::Value;

/// Words in the longest name of a function.
pub(crate) const LONGEST_NAME: usize = 5;

macro_rules! functions {
    ($($variant:ident $name:literal $least:literal [$($parameter:literal)*] $($more:ident)?;)*) => {
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Function { $($variant,)* }

        /// Name, function, least count of arguments, parameters, whether there may be any number of arguments.
        const TABLE: &[(&str, Function, usize, &[&str], bool)] =
            &[$(($name, Function::$variant, $least, &[$($parameter),*], functions!(@more $($more)?)),)*];
    };
    (@more more) => { true };
    (@more) => { false };
}

functions! {
    Not "not" 1 ["negand"];
    IsDefined "is defined" 1 ["value"];
    GetOrElse "get or else" 2 ["value" "default"];
    Assert "assert" 2 ["value" "condition" "cause"];
    FromAi "fromAi" 1 ["value" "description" "type" "schema" "options"];
    Now "now" 0 [];
    Today "today" 0 [];
    Str "string" 1 ["from"];
    Num "number" 1 ["from" "grouping separator" "decimal separator"];
    Date "date" 1 ["from" "month" "day"];
    Time "time" 1 ["from" "minute" "second" "offset"];
    DateAndTime "date and time" 1 ["date" "time"];
    Duration "duration" 1 ["from"];
    MonthsDuration "years and months duration" 2 ["from" "to"];
    DayOfYear "day of year" 1 ["date"];
    DayOfWeek "day of week" 1 ["date"];
    WeekOfYear "week of year" 1 ["date"];
    MonthOfYear "month of year" 1 ["date"];
    LastDayOfMonth "last day of month" 1 ["date"];
    Cycle "cycle" 1 ["repetitions" "interval"];
    Floor "floor" 1 ["n" "scale"];
    Ceiling "ceiling" 1 ["n" "scale"];
    RoundUp "round up" 2 ["n" "scale"];
    RoundDown "round down" 2 ["n" "scale"];
    RoundHalfUp "round half up" 2 ["n" "scale"];
    RoundHalfDown "round half down" 2 ["n" "scale"];
    Decimal "decimal" 2 ["n" "scale"];
    Abs "abs" 1 ["n"];
    Modulo "modulo" 2 ["dividend" "divisor"];
    Sqrt "sqrt" 1 ["number"];
    Log "log" 1 ["number"];
    Exp "exp" 1 ["number"];
    Odd "odd" 1 ["number"];
    Even "even" 1 ["number"];
    Substring "substring" 2 ["string" "start position" "length"];
    StringLength "string length" 1 ["string"];
    UpperCase "upper case" 1 ["string"];
    LowerCase "lower case" 1 ["string"];
    SubstringBefore "substring before" 2 ["string" "match"];
    SubstringAfter "substring after" 2 ["string" "match"];
    Contains "contains" 2 ["string" "match"];
    StartsWith "starts with" 2 ["string" "match"];
    EndsWith "ends with" 2 ["string" "match"];
    Split "split" 2 ["string" "delimiter"];
    Trim "trim" 1 ["string"];
    IsBlank "is blank" 1 ["string"];
    StringJoin "string join" 1 ["list" "delimiter" "prefix" "suffix"];
    ToBase64 "to base64" 1 ["value"];
    FromJson "from json" 1 ["value"];
    ToJson "to json" 1 ["value"];
    ListContains "list contains" 2 ["list" "element"];
    Count "count" 1 ["list"];
    Min "min" 1 ["list"] more;
    Max "max" 1 ["list"] more;
    Sum "sum" 1 ["list"] more;
    Product "product" 1 ["list"] more;
    Mean "mean" 1 ["list"] more;
    Median "median" 1 ["list"] more;
    Mode "mode" 1 ["list"] more;
    Stddev "stddev" 1 ["list"] more;
    All "all" 1 ["list"] more;
    AnyOf "any" 1 ["list"] more;
    Sublist "sublist" 2 ["list" "start position" "length"];
    Append "append" 2 ["list" "item"] more;
    Concatenate "concatenate" 1 ["lists"] more;
    InsertBefore "insert before" 3 ["list" "position" "newItem"];
    Remove "remove" 2 ["list" "position"];
    Reverse "reverse" 1 ["list"];
    IndexOf "index of" 2 ["list" "match"];
    Union "union" 1 ["list"] more;
    DistinctValues "distinct values" 1 ["list"];
    DuplicateValues "duplicate values" 1 ["list"];
    Flatten "flatten" 1 ["list"];
    Sort "sort" 1 ["list" "precedes"];
    Partition "partition" 2 ["list" "size"];
    IsEmpty "is empty" 1 ["list"];
    GetValue "get value" 2 ["context" "key"];
    GetEntries "get entries" 1 ["context"];
    ContextPut "context put" 3 ["context" "key" "value"];
    ContextMerge "context merge" 1 ["contexts"] more;
    Context "context" 1 ["entries"];
}

pub(crate) fn find(name: &str) -> Option<Function> {
    TABLE.iter().find(|(known, ..)| *known == name).map(|(_, function, ..)| *function)
}

/// The arguments in the order of the parameters; the names are empty if the arguments have none.
pub(crate) fn ordered(function: Function, names: Vec<String>, arguments: Vec<Node>) -> Result<Vec<Node>, String> {
    let Some((name, _, least, parameters, more)) = TABLE.iter().find(|(_, f, ..)| *f == function) else {
        return Err("it is no function".to_owned());
    };
    let count = arguments.len();
    if count < *least || (count > parameters.len() && !more) {
        return Err(format!("the function '{name}' does not take {count} argument(s)"));
    }
    if names.is_empty() {
        return Ok(arguments);
    }
    let mut placed = vec![Node::Null; count];
    for (given, argument) in names.iter().zip(arguments) {
        let place = parameters.iter().position(|p| p == given);
        match place.and_then(|place| placed.get_mut(place)) {
            Some(slot) => *slot = argument,
            None => return Err(format!("the function '{name}' has no parameter '{given}' here")),
        }
    }
    Ok(placed)
}

/// Computes what depends on nothing but the arguments and the time; none if these do not fit.
pub(crate) fn call(function: Function, arguments: Vec<Value>, now: i64) -> Option<Value> {
    match function {
        Function::Not => match arguments.first()? {
            Value::Boolean(b) => Some(Value::Boolean(!b)),
            _ => None,
        },
        Function::GetOrElse => arguments.into_iter().find(|value| *value != Value::Null),
        Function::FromAi | Function::Assert => arguments.into_iter().next(),
        _ => {
            let arguments = arguments.as_slice();
            [number::call, text::call, list::call, context::call]
                .into_iter()
                .find_map(|part| part(function, arguments))
                .or_else(|| time::call(function, arguments, now))
        }
    }
}
