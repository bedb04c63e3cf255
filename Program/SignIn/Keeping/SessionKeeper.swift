import Basics
import Cryptography
import Glibc
import NIOCore
import Setup
import Terminal

/// Keeps the session of one login between two commands.
struct SessionKeeper {
    private let record: SessionRecord
    private let keyring: Keyring
    private let folder: String
    private let path: String

    /// `patience`: how long a keyring may take to answer.
    init(_ settings: SignInSettings, patience: TimeAmount = Keyring.patience) throws {
        record = SessionRecord(settings: Text(settings.file), provider: settings.provider)
        keyring = Keyring(settings: settings.file, provider: String(settings.provider), patience: patience)
        folder = try Self.stateFolder() + "/stauth"
        let name = try Digest.sha256.hash(Array("\(settings.file)\0\(String(settings.provider))".utf8)).prefix(16)
        path = "\(folder)/\(name.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()).json"
    }

    /// As the XDG Base Directory Specification has it: a relative path there is none.
    private static func stateFolder() throws -> String {
        if let folder = Surroundings.value("XDG_STATE_HOME"), folder.hasPrefix("/") { return folder }
        guard let home = Surroundings.value("HOME"), home.hasPrefix("/") else {
            throw Refusal("there is no HOME to keep the session in: set XDG_STATE_HOME")
        }
        return home + "/.local/state"
    }

    /// Nil if nothing is kept.
    func load() throws -> KeptSession? {
        guard let text = try PrivateFile.readOwn(path) else { return nil }
        guard let kept = try record.decode(text, secret: { try keyring.secret() }) else {
            throw Refusal(
                "what was kept of the login, in \(path), is damaged, or the keyring has lost its part: sign in anew with --force"
            )
        }
        return kept
    }

    var isEmpty: Bool {
        var status = stat()
        return unsafe lstat(path, &status) != 0 && errno == ENOENT
    }

    /// Finds out before a login what would prevent keeping it.
    func prepare() throws {
        var made = ""
        for part in folder.split(separator: "/") {
            made += "/\(part)"
            guard unsafe mkdir(made, 0o700) == 0 || errno == EEXIST || errno == EROFS else {
                throw Refusal("cannot make the folder \(made): \(unsafe String(cString: strerror(errno)))")
            }
        }
        guard unsafe access(folder, W_OK | X_OK) == 0 else {
            throw Refusal("cannot write into \(folder): \(unsafe String(cString: strerror(errno)))")
        }
    }

    /// `isNew`: of a new login, so that the secret is another one. It can be interrupted until the file is written.
    func save(_ kept: KeptSession, isNew: Bool) throws {
        try Interruption.withheld {
            do {
                if isNew, kept.place == .keyring { try keyring.store(kept.secret) }
                if isNew { try Interruption.check() }
            } catch let interrupted as Interrupted {
                // It may have been stored all the same.
                if kept.place == .keyring { try? keyring.remove(isLast: true) }
                throw interrupted
            }
            try PrivateFile.write(record.encoded(kept), to: path, replacing: true)
        }
    }

    /// `place`: nil if that is not known.
    func remove(from place: KeepingPlace?) throws {
        try Interruption.withheld {
            guard unsafe unlink(path) == 0 || errno == ENOENT else {
                throw Refusal("cannot remove \(path): \(unsafe String(cString: strerror(errno))): nothing has changed")
            }
            // Without the file it opens nothing.
            if place == .keyring || (place == nil && Keyring.isThere) { try? keyring.remove() }
        }
    }

    /// One command at a time refreshes: a provider may take a refresh token that comes twice for stolen.
    func locked<Result>(_ work: () throws -> Result) throws -> Result {
        guard unsafe access(folder, F_OK) == 0 else { return try work() }
        let descriptor = unsafe open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            throw Refusal("cannot write into \(folder): \(unsafe String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        try Progress.showing("waiting for another stauth") {
            while flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                try Interruption.check()
                usleep(50_000)
            }
        }
        return try work()
    }
}
