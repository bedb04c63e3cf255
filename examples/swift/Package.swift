// swift-tools-version: 6.2
import PackageDescription

let settings: [SwiftSetting] = [
    .enableUpcomingFeature("MemberImportVisibility"),
    .treatAllWarnings(as: .error),
]

let package = Package(
    name: "guestbook",
    platforms: [.macOS(.v15)],
    dependencies: [
        .package(path: "../../bindings/swift/stauth"),
        .package(path: "../../bindings/swift/stauth-nio"),
        // Exactly these, as a program should: git ignores Package.resolved here.
        .package(url: "https://github.com/hummingbird-project/hummingbird.git", exact: "2.28.1"),
        .package(url: "https://github.com/apple/swift-http-types.git", exact: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log.git", exact: "1.16.2"),
        .package(url: "https://github.com/apple/swift-nio.git", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl.git", exact: "2.37.6"),
    ],
    targets: [
        .executableTarget(
            name: "Guestbook",
            dependencies: [
                .product(name: "Stauth", package: "stauth"),
                .product(name: "StauthHummingbird", package: "stauth-nio"),
                .product(name: "StauthNIO", package: "stauth-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Hummingbird", package: "hummingbird"),
            ],
            swiftSettings: settings),
        .testTarget(
            name: "GuestbookTests",
            dependencies: [
                "Guestbook",
                .product(name: "StauthTesting", package: "stauth"),
                .product(name: "StauthHummingbird", package: "stauth-nio"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOEmbedded", package: "swift-nio"),
            ],
            swiftSettings: settings),
    ],
    swiftLanguageModes: [.v6]
)
