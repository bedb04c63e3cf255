package import Basics
import Environment
import JSON

/// The statistics as text: as JSON for programs, and for Prometheus. docs/monitoring.md describes both.
extension Application {
    package func statisticsJSON() throws(Failure) -> Text {
        let numbers = statistics.current
        var report = JSONObject()
        report["since"] = .integer(numbers.start)
        report["events"] = .array(numbers.events.map { .object(Self.json($0.series, $0.count)) })
        report["bucket_limits_us"] = .array(Statistics.Latencies.limits.map { .integer($0) })
        report["provider_requests"] = .array(
            numbers.requests.map { .object(Self.json($0.latencies, of: $0.provider)) })
        report["session_store"] = numbers.store.map { .object(Self.json($0)) }
        guard let text = report.encoded() else { throw Failure(.internalError, "the statistics could not be written") }
        return text
    }

    private static func json(_ series: Statistics.Series, _ count: UInt64) -> JSONObject {
        var entry = JSONObject()
        entry["event"] = .string(series.event.rawValue)
        entry["provider"] = series.provider.map { .string($0) }
        entry["code"] = series.code.map { .string($0) }
        entry["count"] = json(count)
        return entry
    }

    private static func json(_ latencies: Statistics.Latencies, of provider: Text? = nil) -> JSONObject {
        var entry = JSONObject()
        entry["provider"] = provider.map { .string($0) }
        entry["count"] = json(latencies.count)
        entry["total_us"] = .integer(latencies.total)
        entry["buckets"] = .array(latencies.buckets.map { json($0) })
        return entry
    }

    private static func json(_ count: UInt64) -> JSON { .integer(Int64(clamping: count)) }

    /// In the text format 0.0.4.
    package func statisticsForPrometheus() -> Text {
        let numbers = statistics.current
        var page = PrometheusPage()
        page.describe("stauth_start_time_seconds", "gauge", "When counting began, in seconds since 1970.")
        page.add("stauth_start_time_seconds", [], Text(numbers.start))
        page.describe("stauth_events_total", "counter", "Events by name, provider and error code.")
        for (series, count) in numbers.events {
            let labels: [PrometheusPage.Label] = [
                ("event", series.event.rawValue), ("provider", series.provider ?? ""),
                ("code", series.code ?? ""),
            ]
            page.add("stauth_events_total", labels, Text(count))
        }
        let requests: Text = "stauth_provider_request_seconds"
        page.describe(requests, "histogram", "How long requests to each provider took.")
        for (provider, latencies) in numbers.requests { page.add(requests, [("provider", provider)], latencies) }
        if let store = numbers.store {
            page.describe("stauth_session_store_seconds", "histogram", "How long operations of the session store took.")
            page.add("stauth_session_store_seconds", [], store)
        }
        return page.text
    }
}

/// A page of metrics in the text format that Prometheus reads.
struct PrometheusPage {
    typealias Label = (name: Text, value: Text)

    private(set) var text: Text = ""

    mutating func describe(_ name: Text, _ type: Text, _ help: Text) {
        text += "# HELP \(name) \(help)\n# TYPE \(name) \(type)\n"
    }

    mutating func add(_ name: Text, _ labels: [Label], _ value: Text) {
        let pairs = labels.map { "\($0.name)=\"\(Self.escape($0.value))\"" as Text }.joined(with: ",")
        text += "\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(value)\n"
    }

    /// Buckets count all requests up to their limit.
    mutating func add(_ name: Text, _ labels: [Label], _ latencies: Statistics.Latencies) {
        var count: UInt64 = 0
        for (index, inBucket) in latencies.buckets.enumerated() {
            count &+= inBucket
            let limits = Statistics.Latencies.limits
            let limit = limits.indices.contains(index) ? Self.seconds(limits[index]) : "+Inf"
            add("\(name)_bucket", labels + [("le", limit)], Text(count))
        }
        add("\(name)_sum", labels, Self.seconds(latencies.total))
        add("\(name)_count", labels, Text(count))
    }

    private static func seconds(_ microseconds: Int64) -> Text {
        let million: Int64 = 1_000_000
        let fraction = Text(million + microseconds % million).bytes.dropFirst()
        return "\(microseconds / million).\(Text(wellFormed: fraction))"
    }

    static func escape(_ value: Text) -> Text {
        value.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"").replacing("\n", with: "\\n")
    }
}
