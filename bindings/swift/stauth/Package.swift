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

// It depends on no other package; what does is in stauth-nio.
let package = Package(
    name: "stauth",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Stauth", targets: ["Stauth"]),
        .library(name: "StauthTesting", targets: ["StauthTesting"]),
    ],
    targets: [
        .systemLibrary(name: "CStauth", pkgConfig: "stauth"),
        .target(name: "Stauth", dependencies: ["CStauth"], swiftSettings: settings),
        .target(name: "StauthTesting", dependencies: ["Stauth"], swiftSettings: settings),
        .testTarget(name: "StauthTests", dependencies: ["Stauth", "StauthTesting"], swiftSettings: testSettings),
    ],
    swiftLanguageModes: [.v6]
)
