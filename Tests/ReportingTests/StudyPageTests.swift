import Foundation
import Imaging
import Reporting
import Screening
import Testing

@Suite struct StudyPageTests {
    private static let small: SIMD3<Int> = [40, 48, 40]

    private static let html: [SampleStudies.Kind: Result<String, any Error>] = Dictionary(
        uniqueKeysWithValues: SampleStudies.Kind.allCases.map { kind in
            (kind, Result { try SampleStudies.page(kind, shape: small).html() })
        })

    private func page(_ kind: SampleStudies.Kind) -> StudyPage { SampleStudies.page(kind, shape: Self.small) }

    /// Every kind of page is made once for the whole suite.
    private func html(_ kind: SampleStudies.Kind) throws -> String { try #require(Self.html[kind]).get() }

    @Test(arguments: SampleStudies.Kind.allCases) func pageDoesNotDependOnTheNumberOfThreads(
        kind: SampleStudies.Kind
    ) throws {
        #expect(try page(kind).html(threads: 3) == html(kind))
    }

    /// The text before the first picture: what is read first.
    private func top(_ html: String) -> Substring { html[..<(html.range(of: "<img")?.lowerBound ?? html.endIndex)] }

    /// Writes every kind of page to the folder named by FCDWATCH_PAGES, to be looked at.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["FCDWATCH_PAGES"] != nil, "a tool: set FCDWATCH_PAGES"),
        arguments: SampleStudies.Kind.allCases)
    func pagesAreWritten(kind: SampleStudies.Kind) throws {
        let folder = try #require(ProcessInfo.processInfo.environment["FCDWATCH_PAGES"])
        let page = SampleStudies.page(kind)
        let html = try page.html()
        try html.write(toFile: "\(folder)/\(kind.rawValue).html", atomically: true, encoding: .utf8)
        try Data(ResultJSON.encode(page.result)).write(to: URL(filePath: "\(folder)/\(kind.rawValue).json"))
        #expect(html.utf8.count < 6_000_000)
    }

    /// Pages of real scans in other orientations than RAS, to be looked at; never to be published.
    @Test(
        .enabled(if: ProcessInfo.processInfo.environment["FCDWATCH_PAGES"] != nil, "a tool: set FCDWATCH_PAGES"),
        .enabled(
            if: ProcessInfo.processInfo.environment["FCDWATCH_SHARED"] != nil, "needs real images: FCDWATCH_SHARED"))
    func realScansAreDrawn() throws {
        let environment = ProcessInfo.processInfo.environment
        let folder = try #require(environment["FCDWATCH_PAGES"])
        let nifti = try #require(environment["FCDWATCH_SHARED"]) + "/data/nifti"
        let peak = SIMD3<Double>(30, -20, 25)
        var page = SampleStudies.page(.flagged, shape: Self.small)
        page.modalities = try [
            (Modality.t1w, "brainchop/t1_crop.nii.gz"),
            (.flair, "openms_mni/patient07/FLAIR_N4_noneck_reduced_winsor_regtoFLAIR_brain_N4_regtoMNI.nii.gz"),
        ].map { modality, file in
            let scan = try NIfTIFile.read("\(nifti)/\(file)").volume
            return PageModality(
                modality: modality, scan: scan, heat: SampleStudies.heat(on: scan, at: peak),
                result: SampleStudies.modality(modality, members: [0.6, 0.7], scan: scan, peak: peak))
        }
        page.result.modalities = page.modalities.map(\.result)
        let html = try page.html()
        try html.write(toFile: "\(folder)/real.html", atomically: true, encoding: .utf8)
        #expect(html.utf8.count < 6_000_000)
    }

    @Test(arguments: SampleStudies.Kind.allCases)
    func everyPageIsSelfContainedAndCarriesTheBanner(kind: SampleStudies.Kind) throws {
        let html = try html(kind)
        #expect(html.hasPrefix("<!DOCTYPE html>\n<html lang=\"en\">"))
        #expect(html.contains("Research use."))
        #expect(html.contains("Decision support, not a diagnosis."))
        #expect(html.contains("A score below threshold does not exclude FCD."))
        #expect(html.contains("default-src &#39;none&#39;; img-src data:; script-src &#39;none&#39;"))
        for never in ["<script", "http://", "https://", "<link", "@import", "probability of FCD", "javascript:"] {
            #expect(!html.contains(never), "\(never)")
        }
        #expect(html.ranges(of: "<img src=\"data:image/png;base64,").count == html.ranges(of: "<img").count)
        #expect(html.ranges(of: "<img").count == html.ranges(of: " alt=\"").count)
        #expect(html.ranges(of: "<table").count == html.ranges(of: "<caption>").count)
        #expect(html.ranges(of: "<h1>").count == 1)
    }

    @Test func titleHoldsNoIdentity() throws {
        let html = try html(.flagged)
        let title = try #require(
            html.firstRange(of: "<title>").flatMap { start in
                html.firstRange(of: "</title>").map { html[start.upperBound..<$0.lowerBound] }
            })
        #expect(title == "FCDWatch study page, case 20260214-7f3a")
        #expect(html.contains("CANARY^Zoë"))
        #expect(html.contains("DICOM times are local without zone."))
    }

    @Test func identityThatIsNotConfiguredIsNotShown() throws {
        var page = page(.flagged)
        page.identity = nil
        let html = try page.html()
        #expect(!html.contains("CANARY"))
        #expect(!html.contains("1987"))
        page.identity = PageIdentity(accession: "ACC-1")
        #expect(try page.html().contains("ACC-1"))
    }

    @Test func hostileTextCannotBecomeMarkup() throws {
        var page = page(.notAssessable)
        let payload = "<\u{0301}script>alert(1)</script>\" onload='x' \u{202E}gnp"
        page.identity = PageIdentity(
            name: payload, patientID: payload, birthDate: payload, sex: payload, accession: payload, studyTime: payload)
        page.result.reason = Reason(code: "X", message: payload)
        page.result.notes = [Reason(code: "X", message: payload)]
        page.result.profile = payload
        page.auditHead = payload
        let html = try page.html()
        #expect(!html.unicodeScalars.contains("\u{202E}"))
        let scalars = Array(html.unicodeScalars)
        for (place, scalar) in scalars.enumerated().dropLast() where scalar == "<" {
            let next = scalars[place + 1]
            #expect(next.isASCII && (next.properties.isAlphabetic || next == "/" || next == "!"))
        }
        #expect(!html.contains("<script"))
        #expect(!html.contains("onload='"))
        #expect(!html.contains("\" onload"))
    }

    @Test func scoresAreSaidInTheAgreedWords() throws {
        let score = SampleStudies.score([0.61, 0.70, 0.74, 0.76, 0.84], threshold: 0.5)
        #expect(StudyPage.words(score) == "model score 0.73 (5 members, 0.61–0.84), threshold 0.50")
        let html = try html(.flagged)
        #expect(html.contains("model score <strong>0.73</strong> (5 members, 0.61–0.84), threshold 0.50"))
        #expect(html.contains("7.5\u{A0}% of flagged studies have FCD type II"))
        #expect(html.contains("prevalence of 2.0\u{A0}%"))
    }

    @Test func eachVerdictHasItsWord() throws {
        #expect(try top(html(.flagged)).contains("FLAGGED FOR REVIEW"))
        #expect(try top(html(.below)).contains("BELOW THRESHOLD"))
        #expect(try top(html(.indeterminate)).contains("INDETERMINATE"))
        let refused = try html(.notAssessable)
        #expect(top(refused).contains("NOT ASSESSABLE"))
        #expect(top(refused).contains("No head was found in the T1w image."))
        #expect(top(refused).contains("[HEAD_NOT_FOUND]"))
        #expect(!refused.contains("model score"))
    }

    @Test func belowThresholdFoldsTheMapsAway() throws {
        let below = try html(.below)
        let fold = try #require(below.firstRange(of: "<details>"))
        let image = try #require(below.firstRange(of: "<img"))
        #expect(fold.lowerBound < image.lowerBound)
        #expect(top(below).contains("always peaks at 1, even in a healthy brain"))
        #expect(try !top(html(.flagged)).contains("<details>"))
    }

    @Test func withoutClinicalMeaningThereIsNoVerdict() throws {
        for verdict in Verdict.allCases where verdict != .notAssessable {
            var page = page(.noMeaning)
            page.result.verdict = verdict
            let html = try page.html()
            #expect(html.contains("NO CLINICAL MEANING — demonstration/untrained models"))
            for word in [
                "FLAGGED", "BELOW THRESHOLD", "INDETERMINATE", "over threshold", "over the threshold",
                "flagged studies",
            ] {
                #expect(!html.contains(word), "\(word) with \(verdict)")
            }
        }
    }

    @Test func missingModalityIsSaidLoudly() throws {
        let html = try top(html(.missing))
        #expect(html.contains("FLAIR is missing from this study: only the other contrast was screened."))
        #expect(html.contains("MISSING"))
        #expect(html.contains("[MODALITY_MISSING]"))
    }

    @Test func resultThatTakesAnotherPlaceSaysWhatChanged() throws {
        var page = page(.flagged)
        var earlier = self.page(.below).result
        earlier.caseID = "20260213-11aa"
        earlier.modalities[1].status = .missing
        earlier.modalities[1].score = nil
        earlier.modalities[1].inputSHA256 = []
        page.result.supersedes = EarlierReport(of: earlier, why: .newImages, reportedAt: "2026-02-14T05:12:00Z")
        let html = try page.html()
        #expect(html.contains("href=\"../20260213-11aa/report.html\""))
        #expect(html.contains("2026-02-14 05:12 UTC"))
        #expect(html.contains("not in the study"))
        #expect(html.contains("added"))
    }

    @Test func modelsInputsAndAuditHeadAreNamed() throws {
        let page = page(.flagged)
        let html = try page.html()
        for modality in page.result.modalities {
            #expect(html.contains(modality.model?.sha256 ?? "?"))
            for hash in modality.inputSHA256 { #expect(html.contains(hash)) }
            for member in modality.score?.members ?? [] { #expect(html.contains(member.sha256)) }
        }
        #expect(html.contains(page.auditHead ?? "?"))
        #expect(html.contains("16 × 32 × 32\u{A0}mm"))
        #expect(html.contains("The T1w peak and the FLAIR peak are 12.2\u{A0}mm apart."))
        #expect(html.contains("up to 18.4\u{A0}mm apart"))
    }

    @Test func pagesOfOneStudyAreTheSameBytes() throws {
        #expect(try html(.flagged) == page(.flagged).html())
    }
}
