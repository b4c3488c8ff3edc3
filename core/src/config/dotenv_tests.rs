//! The grammar of dotenv files, row by row.

use super::*;

#[track_caller]
fn reads(text: &str, expected: &[(&str, &str)]) {
    let pairs = parse(text.as_bytes()).unwrap();
    let pairs: Vec<_> = pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(pairs, expected, "{text:?}");
}

#[track_caller]
fn refuses(text: impl AsRef<[u8]>, expected: &[(usize, &str)]) {
    let bad = parse(text.as_ref()).unwrap_err();
    let bad: Vec<_> = bad.into_iter().map(|BadLine { line, reason }| (line, reason)).collect();
    assert_eq!(bad, expected, "{:?}", text.as_ref());
}

#[test]
fn blank_lines_and_comments_are_skipped() {
    reads("\n  \n# A=1\n   # B=2\nC=3\n\n", &[("C", "3")]);
    reads("", &[]);
}

#[test]
fn export_is_allowed() {
    reads("export A=1\nexport\tB=2\n  export   C = 3\n", &[("A", "1"), ("B", "2"), ("C", "3")]);
    reads("export=1\nexported=2\nexport =3", &[("export", "3"), ("exported", "2")]);
}

#[test]
fn blanks_around_the_equals_sign_do_not_count() {
    reads("A = 1\nB\t=\t2\nC=3", &[("A", "1"), ("B", "2"), ("C", "3")]);
}

#[test]
fn unquoted_values_go_to_the_end_of_the_line() {
    reads("A=a b  c  ", &[("A", "a b  c")]);
    reads("A=a=b", &[("A", "a=b")]);
    reads(r"A=a\nb\", &[("A", r"a\nb\")]);
    reads(r#"A=a"b"'c'"#, &[("A", r#"a"b"'c'"#)]);
}

#[test]
fn a_hash_after_a_blank_begins_a_comment() {
    reads("A=a #b", &[("A", "a")]);
    reads("A=a\t#b", &[("A", "a")]);
    reads("A=a#b", &[("A", "a#b")]);
    reads("A=#b", &[("A", "#b")]);
    reads("A= #b", &[("A", "")]);
    reads("A=a # b # c\nB=2", &[("A", "a"), ("B", "2")]);
}

#[test]
fn double_quotes_span_lines_and_know_five_escapes() {
    reads("A=\"a\nb\"\nB=2", &[("A", "a\nb"), ("B", "2")]);
    reads(r#"A="\"\\\n\r\t""#, &[("A", "\"\\\n\r\t")]);
    reads(r#"A="\'\a\b\f\v\x""#, &[("A", r"\'\a\b\f\v\x")]);
    reads(r#"A="\\n""#, &[("A", r"\n")]);
    reads("A=\"a\" # comment\nB=\"b\"#comment\nC=\"  c  \"", &[("A", "a"), ("B", "b"), ("C", "  c  ")]);
}

#[test]
fn single_quotes_span_lines_and_know_no_escape() {
    reads("A='a\nb'\nB=2", &[("A", "a\nb"), ("B", "2")]);
    reads(r"A='\n\\\'", &[("A", r"\n\\\")]);
    reads(r#"A='"' # comment"#, &[("A", "\"")]);
}

#[test]
fn a_name_alone_is_dropped() {
    reads("A\nexport B\nC # comment\nD=4", &[("D", "4")]);
}

#[test]
fn an_empty_value_is_empty_and_the_later_one_wins() {
    reads("A=", &[("A", "")]);
    reads("A=\"\"", &[("A", "")]);
    reads("A=1\nA=2", &[("A", "2")]);
    reads("A=1\nA=", &[("A", "")]);
}

#[test]
fn nothing_is_expanded() {
    let text = "A=1\nB=${A}\nC=\"${A:-x}\"\nD='$A'\nE=$A";
    reads(text, &[("A", "1"), ("B", "${A}"), ("C", "${A:-x}"), ("D", "$A"), ("E", "$A")]);
}

#[test]
fn secrets_survive() {
    let text = "S1=$2y$10$abc\nS2=my#pass\nS3='a#b'\nS4=\"a # b\"\nS5=a #b";
    reads(text, &[("S1", "$2y$10$abc"), ("S2", "my#pass"), ("S3", "a#b"), ("S4", "a # b"), ("S5", "a")]);
}

#[test]
fn the_marks_of_windows_are_dropped() {
    reads("\u{feff}A=a\r\nB=\"x\\\"y\\\\z\"\r\nC='1\r\n2'", &[("A", "a"), ("B", "x\"y\\z"), ("C", "1\n2")]);
    // Only the first mark is one, and only a CR before LF.
    reads("A=a\rb\r\n", &[("A", "a\rb")]);
}

#[test]
fn a_bad_line_is_told_by_its_number_and_the_rest_is_still_read() {
    refuses(
        "A=1\nkey: value\n=2\nB=\"x\" y\nC='x'y\n\nD d",
        &[
            (2, "has no ="),
            (3, "has no name before the ="),
            (4, "has text after its closing quote"),
            (5, "has text after its closing quote"),
            (7, "has no ="),
        ],
    );
    refuses("A=\"1\n2\"\nbad line\n", &[(3, "has no =")]);
    refuses("A='1\nB=2\nbad line", &[(1, "has a quote that is not closed"), (3, "has no =")]);
    refuses("A=\"1\\\"", &[(1, "has a quote that is not closed")]);
}

#[test]
fn a_file_is_utf_8() {
    refuses(b"A=1\nB=\xff\n", &[(2, "is not UTF-8")]);
    refuses(b"\xff\xfeA\0", &[(1, "is not UTF-8")]);
    reads("A=ä€", &[("A", "ä€")]);
}
