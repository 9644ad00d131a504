import Foundation
import Reporting
import Screening
import Testing

@Suite struct ResultJSONTests {
    private func sample(_ kind: SampleStudies.Kind = .flagged) -> StudyResult {
        SampleStudies.page(kind, shape: [16, 18, 16]).result
    }

    @Test(arguments: SampleStudies.Kind.allCases)
    func encodedResultIsReadBackAndEncodesToTheSameBytes(kind: SampleStudies.Kind) throws {
        let bytes = try ResultJSON.encode(sample(kind))
        #expect(bytes.last == 0x0A)
        #expect(try ResultJSON.encode(ResultJSON.decode(bytes)) == bytes)
    }

    @Test func keysAreSortedAndVectorsAreArrays() throws {
        let text = String(decoding: try ResultJSON.encode(sample()), as: UTF8.self)
        #expect(text.hasPrefix("{\"caseID\":"))
        #expect(text.contains("\"cellSizeMM\":[16,32,32]"))
        #expect(!text.contains("CANARY"))
        #expect(!text.contains(" :"))
    }

    @Test func numbersThatAreNotFiniteAreRefused() {
        for bad in [Double.nan, .infinity, -.infinity] {
            var result = sample()
            result.peakDistanceMM = bad
            let error = #expect(throws: ReportingError.self) { try ResultJSON.encode(result) }
            #expect(error?.code == .notEncodable)
        }
    }

    @Test func anotherMajorVersionIsRefused() throws {
        var result = sample()
        result.schema = "2.0"
        let bytes = try ResultJSON.encode(result)
        let error = #expect(throws: ReportingError.self) { try ResultJSON.decode(bytes) }
        #expect(error?.code == .unknownSchema)
    }

    @Test func cutResultIsRefused() throws {
        let bytes = try ResultJSON.encode(sample())
        let error = #expect(throws: ReportingError.self) { try ResultJSON.decode(Array(bytes.dropLast(20))) }
        #expect(error?.code == .notReadable)
    }

    // MARK: The schema

    private static let schemaPath = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "etc/result.schema.json")

    @Test(arguments: SampleStudies.Kind.allCases)
    func encodedResultFitsTheSchema(kind: SampleStudies.Kind) throws {
        let schema = try #require(
            try JSONSerialization.jsonObject(with: Data(contentsOf: Self.schemaPath)) as? [String: Any])
        var whole = sample(kind)
        whole.supersedes = EarlierReport(of: whole, why: .newImages, reportedAt: "2026-02-14T05:12:00Z")
        let result = try JSONSerialization.jsonObject(with: Data(ResultJSON.encode(whole)))
        let check = SchemaCheck(root: schema)
        #expect(check.faults(of: result, schema, at: "") == [])
        var spoiled = try #require(result as? [String: Any])
        spoiled["patientName"] = "x"
        spoiled["verdict"] = "healthy"
        spoiled["pseudonym"] = nil
        #expect(check.faults(of: spoiled, schema, at: "").count == 3)
    }
}

/// The part of JSON Schema that `etc/result.schema.json` uses, for one value. `Tests/Outside/result_schema.py` asks a
/// complete validator.
private struct SchemaCheck {
    let root: [String: Any]

    func faults(of value: Any, _ schema: [String: Any], at path: String) -> [String] {
        if let reference = schema["$ref"] as? String {
            let name = String(reference.dropFirst("#/$defs/".count))
            let target = (root["$defs"] as? [String: Any])?[name] as? [String: Any]
            return target.map { faults(of: value, $0, at: path) } ?? ["\(path): no definition \(name)"]
        }
        var result: [String] = []
        if let allowed = schema["enum"] as? [String], !allowed.contains(value as? String ?? "") {
            result.append("\(path): not in the list")
        }
        if let pattern = schema["pattern"] as? String,
            (value as? String)?.range(of: pattern, options: .regularExpression) == nil
        {
            result.append("\(path): does not match \(pattern)")
        }
        if let low = schema["minimum"] as? Double, (value as? Double ?? -1) < low { result.append("\(path): too low") }
        if let high = schema["maximum"] as? Double, (value as? Double ?? 2) > high {
            result.append("\(path): too high")
        }
        switch schema["type"] as? String {
        case "object": result += objectFaults(of: value, schema, at: path)
        case "array":
            guard let items = value as? [Any] else { return ["\(path): no array"] }
            if let most = schema["maxItems"] as? Int, items.count > most { result.append("\(path): too long") }
            if let least = schema["minItems"] as? Int, items.count < least { result.append("\(path): too short") }
            if let each = schema["items"] as? [String: Any] {
                for (place, item) in items.enumerated() { result += faults(of: item, each, at: "\(path)[\(place)]") }
            }
        case "string": if !(value is String) { result.append("\(path): no string") }
        case "number", "integer": if !(value is Double || value is Int) { result.append("\(path): no number") }
        case "boolean": if !(value is Bool) { result.append("\(path): no boolean") }
        default: break
        }
        return result
    }

    private func objectFaults(of value: Any, _ schema: [String: Any], at path: String) -> [String] {
        guard let object = value as? [String: Any], let known = schema["properties"] as? [String: [String: Any]] else {
            return ["\(path): no object"]
        }
        var result: [String] = []
        for name in schema["required"] as? [String] ?? [] where object[name] == nil {
            result.append("\(path)/\(name): missing")
        }
        for (name, member) in object {
            if let rule = known[name] {
                result += faults(of: member, rule, at: "\(path)/\(name)")
            } else {
                result.append("\(path)/\(name): unknown")
            }
        }
        return result
    }
}
