//! The declarations against the header.
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

fn read(path: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

/// The statements of the header, each on one line, without comments and directives.
fn statements() -> Vec<String> {
    let mut text = read("../../../include/stauth.h");
    while let (Some(start), Some(length)) = (text.find("/*"), text.find("*/")) {
        text.replace_range(start..length + 2, " ");
    }
    let is_code = |line: &&str| !line.starts_with('#') && !line.starts_with("extern \"C\"") && *line != "}";
    let code = text.lines().filter(is_code).collect::<Vec<_>>().join(" ");
    code.split(';')
        .map(|part| part.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|part| !part.is_empty())
        .collect()
}

/// "const char *const *" as Rust writes it.
fn rust_type(c: &str) -> String {
    let spaced = c.replace('*', " * ");
    let words: Vec<_> = spaced.split_whitespace().collect();
    let mut is_const = words[0] == "const";
    let start = usize::from(is_const);
    let mut found = match words[start] {
        "void" => "c_void",
        "char" => "c_char",
        "int32_t" => "i32",
        "uint32_t" => "u32",
        "int64_t" => "i64",
        "uint64_t" => "u64",
        "uint8_t" => "u8",
        "size_t" => "usize",
        own if own.starts_with("st_") => own,
        other => panic!("the type {} is not understood", other),
    }
    .to_owned();
    for word in &words[start + 1..] {
        match *word {
            "*" => {
                found = format!("*{} {}", if is_const { "const" } else { "mut" }, found);
                is_const = false;
            }
            "const" => is_const = true,
            other => panic!("{} in {} is not understood", other, c),
        }
    }
    found
}

fn arguments(c: &str) -> String {
    if c == "void" {
        return String::new();
    }
    let of_one = |argument: &str| {
        let name = argument.rsplit(|letter: char| !letter.is_alphanumeric() && letter != '_').next().unwrap();
        format!("{}: {}", name, rust_type(argument.strip_suffix(name).unwrap()))
    };
    c.split(", ").map(of_one).collect::<Vec<_>>().join(", ")
}

fn outcome(c: &str) -> String {
    if c == "void" {
        String::new()
    } else {
        format!(" -> {}", rust_type(c))
    }
}

fn constant(line: &str) -> String {
    let (name, value) = line.trim().split_once(" = ").unwrap();
    let kind = match name {
        "ST_PROCEED" | "ST_RESPOND" | "ST_WAIT" => "st_action",
        _ if name.starts_with("ST_LOG_") => "i32",
        _ => "st_status",
    };
    format!("pub const {}: {} = {};", name, kind, value)
}

fn expected(statement: &str) -> Vec<String> {
    if let Some(values) = statement.strip_prefix("enum { ").and_then(|rest| rest.strip_suffix(" }")) {
        return values.split(',').map(constant).collect();
    }
    if let Some(name) = statement.strip_prefix("typedef struct ") {
        return vec![format!("opaque {}", name.split(' ').next().unwrap())];
    }
    let (rest, what) = match statement.strip_prefix("typedef ") {
        Some(rest) => (rest, true),
        None => (statement.strip_prefix("ST_API ").unwrap(), false),
    };
    let (before, after) = if let Some(found) = split_arguments(rest) {
        found
    } else {
        let (kind, name) = rest.split_once(' ').unwrap();
        return vec![format!("pub type {} = {};", name, rust_type(kind))];
    };
    if what {
        let (kind, name) = before.split_once("(*").unwrap();
        let name = name.trim_end_matches(')');
        let signature = format!("{}){}", arguments(after), outcome(kind.trim()));
        return vec![format!("pub type {} = Option<unsafe extern \"C\" fn({}>;", name, signature)];
    }
    let start = before.rfind(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap() + 1;
    let (kind, name) = before.split_at(start);
    vec![format!("pub fn {}({}){};", name, arguments(after), outcome(kind.trim()))]
}

/// What is before the list of arguments, and the list.
fn split_arguments(declaration: &str) -> Option<(&str, &str)> {
    let inner = declaration.strip_suffix(')')?;
    let start = inner.rfind('(')?;
    Some((&inner[..start], &inner[start + 1..]))
}

/// The declarations of this crate, each on one line.
fn declared() -> BTreeSet<String> {
    let source = read("src/types.rs") + &read("src/lib.rs");
    let (start, length) = source.split_once("opaque! { ").map(|(_, rest)| (rest, rest.find('}').unwrap())).unwrap();
    let opaque = start[..length].split_whitespace().map(|name| format!("opaque {}", name));
    let flat = source
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
        .replace("( ", "(")
        .replace("< ", "<")
        .replace(", )", ")")
        .replace(", >", ">");
    let starts = ["pub fn ", "pub type ", "pub const "];
    let found = starts.iter().flat_map(|start| {
        flat.match_indices(start)
            .map(|(index, _)| &flat[index..])
            .map(|rest| rest[..=rest.find(';').unwrap()].to_owned())
    });
    found.chain(opaque).collect()
}

#[test]
fn every_declaration() {
    let mut wanted: BTreeSet<String> = statements().iter().flat_map(|statement| expected(statement)).collect();
    wanted.insert(format!("pub const ST_VERSION_NUMBER: u32 = {};", version()));
    assert!(wanted.iter().filter(|line| line.starts_with("pub fn ")).count() > 80, "the header is not understood");
    let declared = declared();
    let missing: Vec<_> = wanted.difference(&declared).collect();
    let unknown: Vec<_> = declared.difference(&wanted).collect();
    assert!(missing.is_empty() && unknown.is_empty(), "missing: {:#?}\nunknown: {:#?}", missing, unknown);
}

fn version() -> String {
    let header = read("../../../include/stauth.h");
    let line = header.lines().find_map(|line| line.strip_prefix("#define ST_VERSION_NUMBER ")).unwrap();
    line.split('u').next().unwrap().to_owned()
}

#[test]
fn linked_library() {
    assert_eq!(unsafe { stauth_sys::st_version_number() }, stauth_sys::ST_VERSION_NUMBER);
}
