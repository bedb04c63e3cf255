import Basics
import Configuration
import Foundation
import Settings
import Testing

/// Text that stands in the environment or in a file of its own.
@Suite struct ReferenceTests {
    let folder: Folder
    init() throws { folder = try Folder() }

    func configuration(secret: String) throws -> Configuration {
        let document = Sample.complete.replacing("\"\(Sample.clientSecret)\"", with: secret)
        #expect(document != Sample.complete)
        let configuration = Configuration()
        try configuration.load(file: Text(folder.write("secrets.toml", document)))
        return configuration
    }

    func clientSecret(_ secret: String) throws -> String? {
        try configuration(secret: secret).settings().providers.first?.client.secret?.text
    }

    /// The line without its place.
    func complaint(_ secret: String) throws -> String? {
        let problems = try problems(configuration(secret: secret))
        #expect(problems.count == 1)
        return problems.first?.components(separatedBy: "client_secret: ").last
    }

    @Test func variableIsRead() throws {
        #expect(try clientSecret("{ env = \"\(Variable.secret.name)\" }") == Sample.clientSecret)
    }

    @Test(arguments: ["", "\n", "\r\n"]) func fileIsRead(ending: String) throws {
        _ = try folder.write("secret.txt", Sample.clientSecret + ending)
        #expect(try clientSecret("{ file = \"secret.txt\" }") == Sample.clientSecret)
        #expect(try clientSecret("{ file = \"\(folder.path)/secret.txt\" }") == Sample.clientSecret)
    }

    @Test func secretsOfARingAreRead() throws {
        _ = try folder.write("old.txt", "Q29va2llIGtleSByb3RhdGlvbiBpcyBlYXN5")
        let document = Sample.complete.replacing(
            "\"\(Sample.cookieSecret)\"", with: "[\"\(Sample.cookieSecret)\", { file = \"old.txt\" }]")
        let configuration = Configuration()
        try configuration.load(file: Text(folder.write("secrets.toml", document)))
        #expect(try configuration.settings().cookieSecrets.last?.text == "Q29va2llIGtleSByb3RhdGlvbiBpcyBlYXN5")
    }

    @Test func certificatesAreFoundBesideTheFile() throws {
        let path = try folder.write("ca.pem", "# mine\n-----BEGIN CERTIFICATE-----\n")
        let configuration = Configuration()
        try configuration.load(file: Text(folder.write("secrets.toml", Sample.complete + "ca_file = \"ca.pem\"")))
        let connection = try configuration.settings().providers.first?.connection
        #expect(connection?.certificateAuthorityFile?.string == path)
    }

    @Test func missingVariable() throws {
        #expect(
            try complaint("{ env = \"STAUTH_TEST_NONE\" }")
                == "the environment variable STAUTH_TEST_NONE is not set; set it before the program starts")
    }

    /// Otherwise it would quietly make a public client.
    @Test func emptyVariable() throws {
        let name = Variable.empty.name
        #expect(try complaint("{ env = \"\(name)\" }") == "the environment variable \(name) is empty")
    }

    @Test func variableThatIsNotUTF8() throws {
        let name = Variable.malformed.name
        #expect(try complaint("{ env = \"\(name)\" }") == "the environment variable \(name) is not UTF-8")
    }

    @Test func longVariable() throws {
        #expect(try complaint("{ env = \"\(Variable.long.name)\" }") == "is longer than 8 KiB")
    }

    @Test func missingFile() throws {
        #expect(
            try complaint("{ file = \"none.txt\" }")
                == "cannot read \(folder.path)/none.txt: no such file; create it, or fix the path (relative paths "
                + "start at the working directory)")
    }

    @Test(arguments: ["", "\n"]) func emptyFile(content: String) throws {
        _ = try folder.write("empty.txt", content)
        #expect(try complaint("{ file = \"empty.txt\" }") == "the file empty.txt is empty")
    }

    @Test func fileOfSeveralLines() throws {
        _ = try folder.write("two.txt", Sample.clientSecret + "\n\n")
        #expect(try complaint("{ file = \"two.txt\" }") == "contains control characters, such as a line break or a tab")
    }

    @Test(.timeLimit(.minutes(1))) func pipe() throws {
        #expect(mkfifo(folder.path + "/pipe", 0o600) == 0)
        #expect(try complaint("{ file = \"pipe\" }") == "cannot read \(folder.path)/pipe: is not a regular file")
    }

    @Test func largeFile() throws {
        _ = try folder.write("large.txt", String(repeating: "a", count: 65_537))
        #expect(
            try complaint("{ file = \"large.txt\" }")
                == "cannot read \(folder.path)/large.txt: is larger than 64 KiB; is it the right file?")
    }

    @Test(arguments: [
        "{ env = 5 }", "{ file = true }", "{ env = \"\" }", "{ env = \"a\\nb\" }", "{ file = { env = \"X\" } }",
    ])
    func referencesToNothing(secret: String) throws {
        #expect(try complaint(secret) == "env and file must be text in double quotes")
    }

    @Test(arguments: ["{}", "{ env = \"A\", file = \"b\" }", "{ vault = \"x\" }"])
    func tablesThatAreNoReference(secret: String) throws {
        #expect(
            try complaint(secret)
                == "must be text in double quotes, { env = \"NAME\" } or { file = \"path\" }; it is a table")
    }
}
