import Basics
import Cryptography
import Environment

/// A session and its tokens as a store has them: sealed with the key of its reference, bound to its place in the store.
///
/// Layout of the content: how often it was changed (8 bytes), the length of the tokens (8), the tokens, the session. Around
/// it: the format's version (1), nonce (24), tag (16).
struct SessionRecord {
    private static let format: UInt8 = 1
    private static let nonceStart = 1
    private static let contentStart = nonceStart + XAES256GCM.nonceLength
    private static let headLength = 2 * 8

    let session: Session
    let tokens: SessionTokens
    let changes: Int64

    /// How it is stored. Refuses what no store should be asked to keep.
    func sealed(
        for reference: SessionReference, random: any RandomSource
    ) throws(Failure) -> StoredRecord {
        let (session, tokens) = (try session.encoded(), try tokens.encoded())
        let nonce = try random.bytes(XAES256GCM.nonceLength)
        guard nonce.count == XAES256GCM.nonceLength else {
            throw Failure(.randomnessUnavailable, "the random source returned too few bytes")
        }
        let content = session.count + tokens.count + Self.headLength
        guard content <= StoredRecord.longest - Self.contentStart - XAES256GCM.tagLength else {
            throw Failure(
                .sessionTooLarge,
                "the user's claims and tokens need \(content) bytes, more than a store is given: choose what to keep with "
                    + "session_claims")
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(Self.contentStart + content + XAES256GCM.tagLength)
        bytes.append(Self.format)
        bytes += nonce
        bytes.append(bigEndian: UInt64(bitPattern: changes))
        bytes.append(bigEndian: UInt64(tokens.count))
        bytes += tokens
        bytes += session
        for _ in 0..<XAES256GCM.tagLength { bytes.append(0) }
        try XAES256GCM(key: reference.key).seal(
            &bytes, from: Self.nonceStart, associatedData: Self.associatedData(reference))
        return StoredRecord(version: max(nonce.bigEndianNumber(at: 0), 1), bytes: bytes)
    }

    /// Nil for anything but what was sealed for this reference.
    init?(_ record: StoredRecord, for reference: SessionReference) {
        var bytes = record.bytes
        guard bytes.count >= Self.contentStart + Self.headLength + XAES256GCM.tagLength,
            bytes.count <= StoredRecord.longest, bytes[0] == Self.format,
            let data = try? Self.associatedData(reference), let cipher = try? XAES256GCM(key: reference.key),
            cipher.open(&bytes, from: Self.nonceStart, associatedData: data)
        else { return nil }
        bytes.keepOnly(Self.contentStart..<bytes.count - XAES256GCM.tagLength)
        let changes = Int64(bitPattern: bytes.bigEndianNumber(at: 0))
        guard let length = Int(exactly: bytes.bigEndianNumber(at: 8)), length <= bytes.count - Self.headLength,
            let tokens = SessionTokens(Array(bytes[Self.headLength..<Self.headLength + length])),
            let session = Session(Array(bytes[(Self.headLength + length)...])), session.id == reference.id
        else { return nil }
        (self.session, self.tokens, self.changes) = (session, tokens, changes)
    }

    init(_ session: Session, _ tokens: SessionTokens, changes: Int64) {
        (self.session, self.tokens, self.changes) = (session, tokens, changes)
    }

    private static func associatedData(_ reference: SessionReference) throws(Failure) -> [UInt8] {
        try ("stauth 1 record " as Text).bytes + reference.storeKey.text.bytes
    }
}
