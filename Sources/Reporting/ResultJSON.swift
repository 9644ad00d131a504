import Foundation
package import Screening

/// `result.json`: a study's result for programs, laid out as `etc/result.schema.json` says.
///
/// The bytes are the same for the same result: keys sorted, no white space, one line feed at the end. Members that are nil
/// are left out. It holds a pseudonym and nothing else about the patient.
package enum ResultJSON {
    /// - Throws: `notEncodable` where a number is not finite; such a result must not be published.
    package static func encode(_ result: StudyResult) throws(ReportingError) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.nonConformingFloatEncodingStrategy = .throw
        do {
            return Array(try encoder.encode(result)) + Array("\n".utf8)
        } catch {
            throw ReportingError(
                .notEncodable, "The result holds a number that is not finite; the case must end as failed.",
                cause: error)
        }
    }

    /// - Throws: `notReadable`, or `unknownSchema` for a layout of another major version.
    package static func decode(_ bytes: [UInt8]) throws(ReportingError) -> StudyResult {
        let result: StudyResult
        do {
            result = try JSONDecoder().decode(StudyResult.self, from: Data(bytes))
        } catch {
            throw ReportingError(
                .notReadable, "This is no result of FCDWatch, or it was cut short; screen the study again.",
                cause: error)
        }
        guard result.schema.split(separator: ".").first == StudyResult.schemaVersion.split(separator: ".").first else {
            throw ReportingError(
                .unknownSchema,
                "The result has a layout this version does not know; read it with the version that wrote it.",
                subject: "schema")
        }
        return result
    }
}
