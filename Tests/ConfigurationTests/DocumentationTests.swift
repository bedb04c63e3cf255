import Basics
import Foundation
import TestSupport
import Testing

@testable import Configuration

/// docs/configuration.md describes the keys that the code knows, and no others.
@Suite struct DocumentationTests {
    /// The keys in the first column of the tables below a heading.
    static func keys(below heading: String) throws -> [String] {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appendingPathComponent("docs/configuration.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix(heading + "\n") })
        return section.split(separator: "\n").compactMap { line in
            line.hasPrefix("| `") ? line.split(separator: "`").dropFirst().first.map(String.init) : nil
        }
    }

    @Test(arguments: [
        ("The application", ConfigurationKeys.redirect + ConfigurationKeys.shared),
        ("A provider", ConfigurationKeys.provider),
        ("The connection to a provider", ConfigurationKeys.connection), ("Logout", ConfigurationKeys.logout),
        ("Who may sign in", ConfigurationKeys.authorization),
    ])
    func everyKeyIsDescribed(heading: String, keys: [Text]) throws {
        #expect(try Self.keys(below: heading).sorted() == keys.map { $0.string }.sorted())
    }

    static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// docs/providers.md has a chapter for each preset, and its sections are accepted as they are.
    @Test func everyPresetIsDescribed() throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent("docs/providers.md"), encoding: .utf8)
        let chapters = page.components(separatedBy: "\n## ").dropFirst()
        let names = chapters.compactMap { $0.split(separator: "\n").first.map(String.init) }
        #expect(names.sorted() == ProviderPreset.all.map { $0.name.string }.sorted())
        for (name, chapter) in zip(names, chapters) {
            let sections = chapter.components(separatedBy: "```toml\n").dropFirst().compactMap {
                $0.components(separatedBy: "```").first
            }
            #expect(!sections.isEmpty)
            for section in sections {
                let filled = section.replacing("…", with: Sample.clientSecret).replacing(
                    "{ file = \"AuthKey_KEY1234567.p8\" }", with: "\"\"\"\n\(TestKey.p256.pem(.pkcs8).string)\"\"\"")
                #expect(try problems(Sample.shared + filled) == [])
                #expect(section.contains("[auth.\(name)]\nprovider = \"\(name)\"\n"))
            }
        }
    }

    /// With what the examples' files would hold in the place of their names.
    private static func withKeys(_ example: String) -> String {
        let files: [(String, Text)] = [
            ("client-key.pem", TestKey.p256.pem(.pkcs8)),
            ("client-certificate.pem", TestKey.p256.pem(.certificate)),
            ("client-certificate-key.pem", TestKey.p256.pem(.pkcs8)), ("decryption-key.pem", TestKey.rsa.pem(.pkcs8)),
        ]
        return files.reduce(example) {
            $0.replacing("{ file = \"\($1.0)\" }", with: "'''\($1.1.string)'''")
        }
    }

    @Test(arguments: [
        ("docs/configuration.md", 2), ("docs/sessions.md", 2), ("README.md", 1), ("bindings/python/README.md", 1),
        ("docs/c.md", 1), ("docs/get-started.md", 1), ("docs/moving/oauth2-proxy.md", 1),
        ("docs/moving/mod-auth-openidc.md", 1), ("docs/bearer-tokens.md", 1),
    ])
    func exampleIsTaken(name: String, least: Int) throws {
        let page = try String(contentsOf: Self.root.appendingPathComponent(name), encoding: .utf8)
        let examples = page.components(separatedBy: "```toml\n").dropFirst().compactMap {
            $0.components(separatedBy: "```").first
        }
        #expect(examples.count >= least)
        for example in examples {
            let filled = example.replacing("…", with: Sample.cookieSecret).replacing(
                "OKTA_CLIENT_SECRET", with: Variable.secret.name
            )
            let whole = filled.contains("[auth]\n") ? filled : Sample.shared + filled
            #expect(try problems(Self.withKeys(whole)) == [])
        }
    }
}
