import Basics
import TestSupport
import Testing

@Suite struct SecretTests {
    @Test(arguments: [[], [0], Array("a secret".utf8), [UInt8](repeating: 0xFF, count: 4096)] as [[UInt8]])
    func bytesAreKept(bytes: [UInt8]) {
        let secret = Secret(bytes)
        #expect(secret.count == bytes.count)
        #expect(secret.withBytes { Array($0) } == bytes)
    }

    /// A secret that ends up in a log line by mistake shows nothing.
    @Test func descriptionShowsNothing() {
        let secret = Secret("GOCSPX-tell-nobody" as Text)
        var dumped = ""
        dump(secret, to: &dumped)
        for text in [String(describing: secret), String(reflecting: secret), "\(secret)", dumped] {
            #expect(!text.contains("GOCSPX"))
            #expect(!text.contains("- 71\n"), "its first byte, as dump() writes elements")
        }
    }
}
