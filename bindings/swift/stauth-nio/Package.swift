// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]
let testSettings: [SwiftSetting] = [.enableUpcomingFeature("MemberImportVisibility"), .treatAllWarnings(as: .error)]

func nio(_ module: String) -> Target.Dependency {
    .product(name: module, package: "swift-nio")
}

let stauth = Target.Dependency.product(name: "Stauth", package: "stauth")
let nioSSL = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")

let package = Package(
    name: "stauth-nio",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "StauthNIO", targets: ["StauthNIO"]),
        .library(name: "StauthHummingbird", targets: ["StauthHummingbird"]),
    ],
    dependencies: [
        .package(path: "../stauth"),
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.0.0"),
        .package(url: "https://github.com/apple/swift-http-types.git", from: "1.3.0"),
        .package(url: "https://github.com/apple/swift-log.git", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-nio.git", from: "2.80.0"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", from: "2.29.0"),
    ],
    targets: [
        .target(
            name: "StauthNIO",
            dependencies: [stauth, nio("NIOCore"), nio("NIOPosix"), nio("NIOHTTP1"), nioSSL],
            swiftSettings: settings),
        .target(
            name: "StauthHummingbird",
            dependencies: [stauth, nio("NIOCore"), httpTypes, logging, hummingbird],
            swiftSettings: settings),
        .testTarget(
            name: "StauthHummingbirdTests",
            dependencies: [
                "StauthHummingbird", "StauthNIO", stauth, .product(name: "StauthTesting", package: "stauth"),
                nio("NIOCore"), nio("NIOPosix"), nio("NIOEmbedded"), nioSSL, httpTypes, logging, hummingbird,
            ],
            swiftSettings: testSettings),
    ],
    swiftLanguageModes: [.v6]
)
