//! Asks pkg-config where the library is.
use std::process::Command;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-env-changed=PKG_CONFIG_PATH");
    match Command::new("pkg-config").args(["--libs", "stauth >= 0.2.0"]).output() {
        Ok(output) if output.status.success() => link(&String::from_utf8_lossy(&output.stdout)),
        Ok(output) => fail(&String::from_utf8_lossy(&output.stderr)),
        Err(error) => fail(&error.to_string()),
    }
}

fn link(flags: &str) {
    for flag in flags.split_whitespace() {
        if let Some(folder) = flag.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
        } else if let Some(library) = flag.strip_prefix("-l") {
            println!("cargo:rustc-link-lib=dylib={}", library);
        }
    }
}

fn fail(problem: &str) {
    eprintln!("pkg-config does not find stauth; set PKG_CONFIG_PATH to the folder of stauth.pc.\n{}", problem);
    std::process::exit(1);
}
