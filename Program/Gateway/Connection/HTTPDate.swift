import Glibc
import NIOCore
import NIOHTTP1
import Terminal

/// The time as the header Date has it (RFC 9110 5.6.7), written anew each second. Belongs to one event loop.
struct HTTPDate {
    private var second: Int?
    private var written: String?

    /// Nil if the clock is far from our time.
    mutating func now() -> String? {
        let now = time(nil)
        if now != second { (second, written) = (now, Self.text(now)) }
        return written
    }

    static func text(_ seconds: Int) -> String? {
        let (days, rest) = seconds.quotientAndRemainder(dividingBy: 86_400)
        guard seconds >= 0, days < 2_900_000 else { return nil }
        let date = CivilDate(daysSince1970: days)
        // The first day was a Thursday.
        let weekday = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"][days % 7]
        let month = [
            "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
        ][date.month - 1]
        let clock = [rest / 3_600, rest / 60 % 60, rest % 60].map(twoDigits).joined(separator: ":")
        return "\(weekday), \(twoDigits(date.day)) \(month) \(date.year) \(clock) GMT"
    }

    private static func twoDigits(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
}

/// Says when a response was sent, if nobody has (RFC 9110 6.6.1). Also one of SwiftNIO, to what cannot be parsed.
final class DateHandler: ChannelOutboundHandler, RemovableChannelHandler {
    typealias OutboundIn = HTTPServerResponsePart
    typealias OutboundOut = HTTPServerResponsePart

    private let worker: Worker

    init(_ worker: Worker) { self.worker = worker }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        guard case .head(var head) = unwrapOutboundIn(data), head.status.code >= 200,
            !head.headers.contains(name: "date"), let date = worker.date.now()
        else { return context.write(data, promise: promise) }
        head.headers.add(name: "Date", value: date)
        context.write(wrapOutboundOut(.head(head)), promise: promise)
    }
}
