// swift-tools-version: 6.2
import PackageDescription

let package = Package(
    name: "runtime",
    platforms: [.macOS(.v15)],
    dependencies: [.package(path: "../../../bindings/swift/stauth")],
    targets: [
        .executableTarget(name: "runtime", dependencies: [.product(name: "Stauth", package: "stauth")])
    ],
    swiftLanguageModes: [.v6]
)
