import Foundation
import Screening
import Testing
import Training

@Suite struct ResultTableTests {
    @Test func paperTableIsSetAsPrinted() {
        let table = ReproductionTable.table(PaperTables.rows, modality: .flair)
        #expect(table.rows.count == 9 && table.groups.count == 3)
        #expect(table.rows[2].map(\.text) == ["resnet50", "23", "flair", "0.803 ± 0.070", "0.817 ± 0.121", "2.940"])
        // The paper sets the same cells bold: both 0.803, one area, one Heat-Score.
        let best = table.rows.flatMap { $0.filter(\.isBest).map(\.text) }
        #expect(best == ["0.803 ± 0.070", "2.940", "0.803 ± 0.062", "0.864 ± 0.063"])
        #expect(
            table.markdown.contains(
                "| resnet50 | 23  | flair    | **0.803 ± 0.070** |     0.817 ± 0.121 |  **2.940** |")
        )
        #expect(table.csv.text.contains("resnet18,23,flair,0.803 ± 0.062,0.864 ± 0.063,2.405\r\n"))
    }

    @Test func pictureIsWellFormedAndHoldsNoScript() throws {
        let table = ResultTable(
            label: "Table 9", caption: "Less < more & \"quotes\".",
            columns: [.init("A|B", isNumber: false), .init("n")],
            groups: [[[.init("a|b"), .init("1")]]], notes: ["A note."])
        let parser = XMLScan(table.svg)
        #expect(parser.isBalanced)
        #expect(!table.svg.contains("<script") && !table.svg.contains("Less < more"))
        #expect(table.markdown.contains("a\\|b"))
    }

    @Test func whatIsMissingIsADash() {
        let row = ResultRow(
            depth: 18, source: .none, modality: .t1w, accuracy: nil, accuracySD: nil, auc: 0.5, aucSD: nil,
            heatScore: -0.0001)
        let cells = ReproductionTable.table([row], modality: .t1w).rows[0].map(\.text)
        #expect(cells == ["resnet18", "no", "t1", "–", "0.500 ± –", "0.000"])
    }

    @Test func additionsNameCountsAndIntervals() throws {
        let outcome = SampleRows.outcome(.oneTask, .flair, seed: 5)
        let maps = AdditionsTable.maps([outcome], modality: .flair)
        #expect(maps.rows[0][2].text.hasSuffix("(19)") && maps.rows[0][3].text.hasSuffix("(20)"))
        #expect(maps.rows[0][6].text == "–")
        let verdicts = AdditionsTable.verdicts([outcome], modality: .flair)
        #expect(verdicts.notes.last == "Simulated cohort, seed 1.")
        #expect(verdicts.rows[0].map(\.text).contains("0.520 (0.40–0.64)"))
        #expect(AdditionsTable.maps([outcome], modality: .t1w).rows.isEmpty)
    }

    @Test func thirdsHoldEveryPatientOnce() throws {
        let rows = SampleRows.rows()
        for stratum in StratumTable.Stratum.allCases {
            let thirds = StratumTable.thirds(rows, by: stratum, modality: .flair)
            #expect(thirds.map(\.sensitivity.n) == [6, 7, 7])
            #expect(thirds[0].highest < thirds[1].lowest && thirds[1].highest < thirds[2].lowest)
            let table = StratumTable.table([("resnet18, no transfer", rows)], by: stratum)
            #expect(table.rows.count == 3 && table.notes.count == 2)
        }
        #expect(StratumTable.thirds(rows, by: .severity, modality: .t1w).isEmpty)
    }

    @Test func equalSeveritiesStayTogether() {
        var rows = SampleRows.rows()
        for at in rows.indices where rows[at].group == .fcd { rows[at].severity = 0.5 }
        let thirds = StratumTable.thirds(rows, by: .severity, modality: .flair)
        #expect(thirds.map(\.sensitivity.n) == [20])
    }

    @Test func runFoldersBecomeFiles() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        defer { _ = Result { try FileManager.default.removeItem(at: folder) } }
        let compared: [TrainingProtocol.Transfer.Source] = [.none, .oneTask, .manyTasks]
        for (seed, source) in compared.enumerated() {
            for modality in Modality.allCases {
                let run = folder.appending(path: "runs/\(source.rawValue)-\(modality.rawValue)")
                try FileManager.default.createDirectory(at: run, withIntermediateDirectories: true)
                let outcome = SampleRows.outcome(source, modality, seed: UInt64(seed))
                try JSONEncoder().encode(outcome).write(to: run.appending(path: ModelOutcome.fileName))
                let scans = ScanRow.table(SampleRows.rows(modality, seed: UInt64(seed))).text
                try Data(scans.utf8).write(to: run.appending(path: ScanRow.fileName))
                guard modality == .flair else { continue }
                try Data("<svg/>".utf8).write(to: run.appending(path: RunFolder.figureName))
            }
        }
        let results = try RunResults.load([folder])
        #expect(results.runs.count == 6 && results.runs.allSatisfy { $0.rows.count == 40 })
        let output = folder.appending(path: "tables")
        let names = try TableFiles.write(
            TableFiles.tables(results), figures: TableFiles.figures(results), formats: TableFiles.Format.allCases,
            to: output)
        #expect(names.count == 33 && names.contains("table2.svg") && names.contains("by-severity.md"))
        let figures = names.filter { $0.hasPrefix("figure2") }
        #expect(figures.contains("figure2-flair-resnet18-23-tasks.svg") && Set(figures).count == 3)
        let second = try RunResults.load([folder.appending(path: "runs/none-T1w")])
        #expect(second.outcomes == [results.runs[0].outcome])
        let twice = #expect(throws: TrainingError.self) {
            try RunResults.load([folder, folder.appending(path: "runs/none-T1w")])
        }
        #expect(twice?.code == .settingsInvalid)
        let empty = #expect(throws: TrainingError.self) { try RunResults.load([output]) }
        #expect(empty?.code == .unreadable)
    }
}

/// Counts whether every element that begins also ends.
struct XMLScan {
    var isBalanced: Bool

    init(_ text: String) {
        var open: [Substring] = []
        var fits = true
        for piece in text.split(separator: "<").dropFirst(text.hasPrefix("<") ? 0 : 1) {
            guard let tag = piece.split(separator: ">", omittingEmptySubsequences: false).first else { continue }
            let name = tag.split(separator: " ").first ?? ""
            if tag.hasPrefix("?") { continue }
            if tag.hasPrefix("/") {
                fits = fits && open.popLast() == tag.dropFirst()
            } else {
                open.append(name)
            }
        }
        isBalanced = fits && open.isEmpty
    }
}
