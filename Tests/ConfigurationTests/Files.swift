import Foundation

/// A folder of its own for each test, removed with the test's suite.
final class Folder {
    let path: String

    init() throws {
        path = FileManager.default.temporaryDirectory.path + "/stauth-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ name: String, _ content: String) throws -> String {
        try write(name, Data(content.utf8))
    }

    func write(_ name: String, _ content: Data) throws -> String {
        try content.write(to: URL(fileURLWithPath: path + "/" + name))
        return path + "/" + name
    }

    func link(_ name: String, to target: String) throws -> String {
        try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: target)
        return path + "/" + name
    }
}

/// Variables of this process. All are set at once and never changed: other tests read the environment meanwhile.
enum Variable: String, CaseIterable {
    case secret, empty, malformed, long

    var name: String {
        _ = Self.areSet
        return variable
    }

    private var variable: String { "STAUTH_TEST_" + rawValue.uppercased() }

    private var bytes: [UInt8] {
        switch self {
        case .secret: Array(Sample.clientSecret.utf8)
        case .empty: []
        case .malformed: [0xFF]
        case .long: [UInt8](repeating: 0x61, count: 100_000)
        }
    }

    private static let areSet: Void = {
        for variable in allCases {
            let value = (variable.bytes + [0]).map { CChar(bitPattern: $0) }
            setenv(variable.variable, value, 1)
        }
    }()
}
