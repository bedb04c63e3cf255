// swift-tools-version: 6.2
import PackageDescription

// One source, two builds (docs/adr/0001-two-builds.md). STAUTH_EMBEDDED=1 makes the library that ships: Embedded
// Swift, no Swift runtime inside. Without it the same sources are ordinary modules that tests can import.
let embedded = Context.environment["STAUTH_EMBEDDED"] == "1"

// `./run sanitize`. The program brings the sanitizer's runtime, so the library has symbols that it does not define.
let sanitized = Context.environment["STAUTH_SANITIZED"] == "1"

// For systems with an older glibc than the one that brought packed relocations (docs/adr/0039-an-older-glibc.md).
let portable = Context.environment["STAUTH_PORTABLE"] == "1"

// For aarch64, on another machine (cmake/aarch64.cmake).
let crossed = Context.environment["STAUTH_CROSS"] == "1"

// Left alone, the compiler copies a function for each closure that it is called with.
let smaller = SwiftSetting.unsafeFlags(["-Xllvm", "-sil-disable-pass=closure-specialize"])

// A section for each function, so that the linker can drop the copies that every module has of generic code.
func embeddedSettings(_ optimization: String) -> [SwiftSetting] {
    [
        .enableExperimentalFeature("Embedded"),
        .unsafeFlags(["-wmo", optimization, "-Xfrontend", "-function-sections"]),
    ] + (optimization == "-Osize" ? [smaller] : [])
}

// `./run fuzz`: libFuzzer's archive without a main function. Everything but the library itself is built then.
let fuzzer = Context.environment["STAUTH_FUZZER"]

// `./run program`: the program for operators, on swift-argument-parser and Hummingbird. Everything but the library itself,
// whose product has the same name, is built then.
let program = Context.environment["STAUTH_PROGRAM"] == "1"
let isLibrary = fuzzer == nil && !program

// What clang can do against errors in the memory that the C handles. Debug builds do not optimize, as FORTIFY requires.
let cFlags =
    fuzzer == nil
    ? ["-fstack-protector-strong", "-fstack-clash-protection"]
    : ["-fsanitize=fuzzer-no-link,undefined", "-fno-sanitize-recover=undefined"]
let fortify: BuildSettingCondition? = .when(configuration: .release)
let cSettings: [CSetting] =
    [.unsafeFlags(cFlags)] + (fuzzer == nil ? [.define("_FORTIFY_SOURCE", to: "3", fortify)] : [])
let cxxSettings: [CXXSetting] =
    [.unsafeFlags(cFlags)] + (fuzzer == nil ? [.define("_FORTIFY_SOURCE", to: "3", fortify)] : [])

func swiftSettings(optimization: String = "-Osize") -> [SwiftSetting] {
    [
        .strictMemorySafety(),
        .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("InternalImportsByDefault"),
        .enableUpcomingFeature("MemberImportVisibility"),
    ] + (embedded ? embeddedSettings(optimization) : [])
        + (fuzzer == nil ? [] : [.unsafeFlags(["-sanitize=fuzzer", "-enable-testing"])])
}

// Nothing in the library returns anywhere but to its caller, so a processor may check that. Only a mark: no instruction.
#if arch(x86_64)
    let shadowStack = crossed ? [] : ["-Xlinker", "-z", "-Xlinker", "shstk"]
#else
    let shadowStack: [String] = []
#endif

let linkerFlags =
    [
        "-Xlinker", "--version-script=\(Context.packageDirectory)/link/stauth.map",
        "-Xlinker", "-soname=libstauth.so.0",
        "-Xlinker", "-z", "-Xlinker", "nodelete",
        "-Xlinker", "-z", "-Xlinker", "now",
        "-Xlinker", "-z", "-Xlinker", "relro",
    ] + shadowStack + [
        // Whatever the library's code frees is wiped first (docs/adr/0017-freed-memory-is-wiped.md).
        "-Xlinker", "--wrap=free", "-Xlinker", "--wrap=posix_memalign",
        "-use-ld=lld", "-Xlinker", "--gc-sections", "-Xlinker", "--icf=all", "-Xlinker", "-O2",
        // toml++ is C++; the host must not be asked for a libstdc++ on its account.
        "-Xlinker", "-l:libstdc++.a",
        // Nor for a library that it would only have to load: each takes a tenth of a millisecond and more.
        "-Xclang-linker", "-static-libgcc",
    ]
    // Two bits for each pointer in a static table instead of 24 bytes.
    + (portable ? [] : ["-Xlinker", "-z", "-Xlinker", "pack-relative-relocs"])
    + (sanitized ? [] : ["-Xlinker", "-z", "-Xlinker", "defs"])
    + (embedded
        ? ["-Xlinker", "--script=\(Context.packageDirectory)/link/discard.ld", "-Xlinker", "--no-eh-frame-hdr"]
        : ["-static-stdlib"])

/// A Swift module of the library, in its own folder under Sources. Small, or fast if every request of a host runs it.
func module(_ name: String, on dependencies: [String] = [], fast: Bool = false) -> Target {
    .target(
        name: name, dependencies: dependencies.map { .byName(name: $0) },
        swiftSettings: swiftSettings(optimization: fast ? "-O" : "-Osize"))
}

/// The tests of one module, in a folder of Tests. `fixtures` are folders in it that are not Swift.
func tests(_ name: String, on dependencies: [String], fixtures: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests", dependencies: dependencies.map { .byName(name: $0) }, exclude: fixtures)
}

// Embedded modules cannot be imported by tests.
let testTargets =
    embedded
    ? []
    : [
        .target(name: "CTestSupport", path: "Tests/Support/CTestSupport", linkerSettings: [.linkedLibrary("crypto")]),
        .target(
            name: "TestSupport",
            dependencies: [
                "Basics", "JSON", "Cookies", "Cryptography", "JOSE", "OpenIDConnect", "Transport", "Environment",
                "CTestSupport",
            ],
            path: "Tests/Support/TestSupport"),
        tests("Platform", on: ["Basics", "Platform", "CTestSupport"]),
        tests("Basics", on: ["Basics", "CBase64URL", "CStauth", "TestSupport"]),
        tests("JSON", on: ["Basics", "JSON", "TestSupport"]),
        tests("Cryptography", on: ["Basics", "COpenSSL", "Cryptography", "JOSE", "JSON", "TestSupport"]),
        tests("Compression", on: ["Compression"]),
        tests("Cookies", on: ["Basics", "CTestSupport", "Cookies", "Cryptography", "TestSupport"]),
        tests("JOSE", on: ["Basics", "Cryptography", "JOSE", "JSON", "TestSupport"]),
        tests("OpenIDConnect", on: ["Basics", "Cryptography", "JSON", "JOSE", "OpenIDConnect", "TestSupport"]),
        tests(
            "RelyingParty",
            on: [
                "Basics", "Configuration", "Cookies", "Cryptography", "Environment", "JOSE", "JSON", "Provider",
                "RelyingParty", "Settings", "CTestSupport", "TestSupport", "Transport",
            ],
            fixtures: ["Presets/Metadata"]),
        tests("Transport", on: ["Basics", "CCurl", "Transport"], fixtures: ["Fixtures"]),
        tests("TOML", on: ["Basics", "TOML"]),
        tests("Redis", on: ["Basics", "Environment", "Redis", "Settings"]),
        tests("Environment", on: ["Basics", "CTestSupport", "Environment", "TestSupport"]),
        tests("Provider", on: ["Basics", "Platform", "Provider", "CTestSupport", "TestSupport"]),
        tests(
            "Session",
            on: [
                "Basics", "Configuration", "Cookies", "Cryptography", "Environment", "JSON", "Session", "Settings",
                "TestSupport",
            ]),
        tests("Settings", on: ["Basics", "Configuration", "JSON", "OpenIDConnect", "Settings", "TestSupport"]),
        tests(
            "Configuration",
            on: [
                "Basics", "Configuration", "Cryptography", "JOSE", "JSON", "OpenIDConnect", "Settings", "TestSupport",
                "Transport",
            ]),
    ]

// Fuzz/, with the targets in Swift and in C, and the scripted provider of the C suite.
let fuzzTargets: [Target] =
    fuzzer.map { archive in
        [
            .target(
                name: "Browser", path: "Tests/C/support", exclude: ["tls_provider.py"], publicHeadersPath: ".",
                cSettings: [.headerSearchPath("../../../include"), .unsafeFlags(["-D_GNU_SOURCE"])],
                linkerSettings: [.linkedLibrary("crypto")]),
            .target(
                name: "Calls", dependencies: ["Browser", "stauth"], path: "Fuzz/Calls",
                cSettings: [.headerSearchPath("../../include"), .unsafeFlags(["-D_GNU_SOURCE"])]),
            .executableTarget(
                name: "fuzz",
                dependencies: [
                    "Basics", "Calls", "Configuration", "Cookies", "Cryptography", "Environment", "JOSE", "JSON",
                    "OpenIDConnect", "Redis", "RelyingParty", "Session", "Settings", "TestSupport", "Transport",
                ],
                path: "Fuzz/Targets",
                swiftSettings: [.unsafeFlags(["-sanitize=fuzzer"])],
                linkerSettings: [.unsafeFlags(["-use-ld=lld", archive, "-lstdc++"])]),
        ]
    } ?? []

let programSettings = swiftSettings() + [.treatAllWarnings(as: .error)]

/// A module of the program, in its own folder under Program.
func programModule(_ name: String, on dependencies: [Target.Dependency]) -> Target {
    .target(name: name, dependencies: dependencies, path: "Program/\(name)", swiftSettings: programSettings)
}

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")

// Program, and its tests. What a command does is in a module of its own; Main only lists them.
let programTargets: [Target] =
    program
    ? [
        programModule("Terminal", on: ["CStauth", "Basics", "JSON", "Platform", argumentParser]),
        programModule(
            "Setup",
            on: [
                "Terminal", "Basics", "Configuration", "Cookies", "Cryptography", "Environment", "JOSE", "JSON",
                "OpenIDConnect", "Platform", "Provider", "Redis", "RelyingParty", "Session", "Settings", "TOML",
                "Transport", argumentParser,
            ]),
        programModule(
            "Gateway",
            on: [
                "Terminal", "Basics", "Configuration", "Cookies", "Cryptography", "Environment", "JOSE", "JSON",
                "Platform", "Provider", "Redis", "RelyingParty", "Session", "Settings", "Transport", argumentParser,
                .product(
                    name: "Hummingbird", package: "hummingbird", moduleAliases: ["Configuration": "SwiftConfiguration"]),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
            ]),
        programModule(
            "SignIn",
            on: [
                "Terminal", "Setup", "Basics", "Configuration", "Cryptography", "Environment", "JSON", "OpenIDConnect",
                "RelyingParty", "Settings", "TOML", "Transport", argumentParser,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ]),
        .executableTarget(
            name: "Main", dependencies: ["Terminal", "Setup", "SignIn", "Gateway", argumentParser],
            path: "Program/Main", swiftSettings: programSettings),
        .testTarget(
            name: "ProgramTests",
            dependencies: [
                "Terminal", "Setup", "SignIn", "Gateway", "Basics", "TestSupport", argumentParser,
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/ProgramTests"),
    ] : []

let programDependencies: [Package.Dependency] =
    program
    ? [
        .package(url: "https://github.com/apple/swift-argument-parser.git", from: "1.5.0"),
        // Without the larger half of Foundation, which is 44 MB of every program that has it.
        .package(
            url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.0.0",
            traits: ["ConfigurationSupport"]),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
    ] : []

let libraryProducts: [Product] =
    isLibrary ? [.library(name: "stauth", type: .dynamic, targets: ["stauth"])] : []
let programProducts: [Product] = program ? [.executable(name: "stauth", targets: ["Main"])] : []

let package = Package(
    name: "stauth",
    products: libraryProducts + programProducts,
    dependencies: programDependencies,
    targets: [
        // C, as Swift sees it.
        .systemLibrary(name: "CStauth", path: "include"),
        .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(name: "CJansson", pkgConfig: "jansson", providers: [.apt(["libjansson-dev"])]),
        .target(name: "CCurl", cSettings: cSettings),
        .target(name: "CZlib", cSettings: cSettings),
        // Small: it reads one file, once. What ships brings its own C++ runtime, the little that toml++ needs.
        .target(
            name: "CTOML",
            cxxSettings: [
                .unsafeFlags([
                    "-Os", "-fno-exceptions", "-fno-rtti", "-fno-asynchronous-unwind-tables", "-ffunction-sections",
                    "-fdata-sections", "-fno-threadsafe-statics",
                ])
            ] + cxxSettings + (embedded ? [.define("CTOML_OWN_RUNTIME")] : [])),
        .target(name: "CBase64URL", cSettings: cSettings),
        .target(name: "Platform", cSettings: cSettings),
        .target(name: "WipedMemory", cSettings: cSettings),

        // The library, innermost first. An arrow in the picture of ARCHITECTURE.md is a dependency here.
        module("Basics", on: ["CBase64URL", "Platform"], fast: true),
        module("JSON", on: ["Basics", "CJansson", "Platform"], fast: true),
        module("TOML", on: ["Basics", "CTOML"]),
        module("Cryptography", on: ["Basics", "Platform", "COpenSSL"], fast: true),
        module("Transport", on: ["Basics", "Platform", "CCurl"]),
        module("Compression", on: ["CZlib"]),
        module("Cookies", on: ["Basics", "Platform", "Compression", "Cryptography", "JSON"], fast: true),
        module("JOSE", on: ["Basics", "Cryptography", "JSON"]),
        module("OpenIDConnect", on: ["Basics", "Cryptography", "JSON", "JOSE"]),
        module("Settings", on: ["Basics", "JSON", "Cryptography", "JOSE", "OpenIDConnect", "Transport"]),
        module(
            "Configuration",
            on: [
                "Basics", "Platform", "JSON", "TOML", "Cryptography", "JOSE", "OpenIDConnect", "Transport", "Settings",
            ]),
        module("Environment", on: ["Basics", "Platform", "Cryptography", "Transport"]),
        module("Redis", on: ["Basics", "Platform", "Transport", "Settings", "Environment"]),
        module(
            "Provider",
            on: [
                "Basics", "Platform", "JSON", "Cryptography", "JOSE", "OpenIDConnect", "Transport", "Settings",
                "Environment",
            ]),
        module(
            "Session",
            on: [
                "Basics", "Platform", "JSON", "Compression", "Cryptography", "Cookies", "JOSE", "OpenIDConnect",
                "Settings",
                "Environment",
            ]),
        module(
            "RelyingParty",
            on: [
                "Basics", "JSON", "Cryptography", "Cookies", "JOSE", "OpenIDConnect", "Settings", "Environment",
                "Provider", "Session",
            ]),
        .target(
            name: "stauth",
            dependencies: [
                "CStauth", "Basics", "Configuration", "Cryptography", "Environment", "Provider", "Redis",
                "RelyingParty", "Session", "Settings", "Transport", "Platform",
            ] + (isLibrary ? ["WipedMemory"] : []),
            swiftSettings: swiftSettings(),
            linkerSettings: isLibrary ? [.unsafeFlags(linkerFlags)] : []),
    ] + (program ? testTargets.filter { $0.type != .test } : testTargets) + fuzzTargets + programTargets,
    swiftLanguageModes: [.v6],
    cxxLanguageStandard: .cxx17
)
