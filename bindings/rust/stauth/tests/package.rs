//! The crates, as a program without access to a registry uses them: unpacked in an empty folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn build() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../build")
}

#[test]
fn crates_in_an_empty_folder() {
    let folder = std::env::temp_dir().join(format!("stauth-crates-{}", std::process::id()));
    fs::create_dir_all(folder.join("program/src")).unwrap();
    fs::create_dir_all(folder.join("registry")).unwrap();
    for name in ["stauth-sys-0.2.0", "stauth-0.2.0"] {
        let file = build().join("dist").join(format!("{}.crate", name));
        run(Command::new("tar").arg("xzf").arg(file).arg("-C").arg(folder.join("registry")));
        fs::write(folder.join("registry").join(name).join(".cargo-checksum.json"), r#"{"files":{}}"#).unwrap();
        assert!(folder.join("registry").join(name).join("LICENSE").exists());
    }
    let manifest = "[package]\nname = \"program\"\nversion = \"0.1.0\"\nedition = \"2021\"\n\
        [dependencies]\nstauth = { version = \"0.2\", features = [\"testing\"] }\n";
    fs::write(folder.join("program/Cargo.toml"), manifest).unwrap();
    let main = "fn main() {\n    let auth = stauth::testing::TestApp::new(&[]).unwrap();\n    \
        println!(\"{}\", auth.sign_in(\"{}\").unwrap());\n}\n";
    fs::write(folder.join("program/src/main.rs"), main).unwrap();
    let source = "[source.crates-io]\nreplace-with = \"empty\"\n[source.empty]\ndirectory = \"../registry\"\n";
    fs::create_dir_all(folder.join("program/.cargo")).unwrap();
    fs::write(folder.join("program/.cargo/config.toml"), source).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["run", "--quiet", "--offline"]).current_dir(folder.join("program"));
    let output = run(cargo.env("CARGO_HOME", folder.join("home")).env("CARGO_TARGET_DIR", folder.join("target")));
    fs::remove_dir_all(&folder).unwrap();
    assert!(output.starts_with("stauth_session="), "{}", output);
}

fn run(command: &mut Command) -> String {
    let output = command.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}
