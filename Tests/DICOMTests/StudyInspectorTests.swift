import DICOM
import Foundation
import Imaging
import Testing

@Suite struct StudyInspectorTests {
    /// One slice of a small MPRAGE.
    private func slice(_ series: Int, _ k: Int, brightness: Int = 0) -> TestObject {
        var object = TestObject.slice(k) { column, row in brightness + column + row + k }
        object.root.set(0x0008_0018, "UI", "1.2.3.\(series).\(k + 1)")
        object.root.set(0x0018_0020, "CS", "GR\\IR")
        object.root.set(0x0018_0021, "CS", "SP\\MP")
        object.root.set(0x0018_0023, "CS", "3D")
        object.root.set(0x0018_0080, "DS", "2300")
        object.root.set(0x0018_0081, "DS", "3")
        object.root.set(0x0018_0082, "DS", "900")
        object.root.set(0x0018_1314, "DS", "9")
        object.root.set(0x0020_000e, "UI", "1.2.3.\(series)")
        object.root.set(0x0020_0011, "IS", "\(series)")
        return object
    }

    private func inspect(_ objects: [TestObject], rules: [SeriesRule] = []) throws -> StudyReport {
        let folder = FileManager.default.temporaryDirectory.appending(path: "inspect-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer {
            do { try FileManager.default.removeItem(at: folder) } catch { Issue.record(error) }
        }
        let paths = try objects.enumerated().map { index, object in
            let path = folder.appending(path: "\(index).dcm")
            try Data(object.file).write(to: path)
            return path.path
        }
        return try #require(StudyInspector.inspect(paths: paths, hashPixels: false, rules: rules).studies.first)
    }

    @Test func seriesSentAgainUnderANewNumberIsNoTie() throws {
        let study = try inspect((0..<4).flatMap { [slice(3, $0), slice(9, $0)] })
        #expect(study.chosen(.t1w)?.number == 3)
        #expect(study.series[0].decision == "The same image as series 9.")
        #expect(study.series[1].reason?.code == "NOT_CHOSEN_BETTER_SERIES")
    }

    @Test func repeatedScanIsATie() throws {
        let study = try inspect((0..<4).flatMap { [slice(3, $0), slice(9, $0, brightness: 1)] })
        #expect(study.chosen(.t1w) == nil)
        #expect(study.series.map { $0.reason?.code } == ["AMBIGUOUS_SERIES", "AMBIGUOUS_SERIES"])
    }

    @Test func ruleIsReportedByItsNumber() throws {
        let rules = [
            SeriesRule(number: 1, station: "elsewhere", use: .never), SeriesRule(number: 2, scanner: "*", use: .never),
        ]
        var objects = (0..<4).map { slice(3, $0) }
        for index in objects.indices { objects[index].root.set(0x0008_1090, "LO", "Prisma") }
        let series = try inspect(objects, rules: rules).series[0]
        #expect(series.rule == 2)
        #expect(series.reason?.code == "SERIES_EXCLUDED_BY_RULE")
        #expect(series.reason?.message.contains("Rule 2") == true)
        let json = try JSONEncoder().encode(series)
        #expect(try JSONDecoder().decode(SeriesReport.self, from: json) == series)
    }
}
