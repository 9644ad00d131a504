import DICOM
import Foundation
import Imaging
import Testing
import Watch

/// One study of two patients, through the real worker.
@Suite struct PatientsApartTests {
    private static let grid = VoxelGrid(shape: [12, 12, 14], affineRAS: Affine(spacing: [1, 1, 1], origin: .zero))
    private static let patientID = "KENNUNG-4711"

    /// Writes a T1w series and gives its FLAIR series another value of the same length.
    private func write(_ folder: TemporaryFolder, replacing old: String, with new: String) throws -> [JobFile] {
        let patient = SyntheticPatient(
            name: "Kanarienvogel^Karl", patientID: Self.patientID, birthDate: "19770707", sex: "M")
        let study = SyntheticStudy(
            patient: patient, seed: 9, date: "20260105", time: "213000", accessionNumber: "ACC-77")
        let volume = Volume(grid: Self.grid, voxels: [Float](repeating: 100, count: 12 * 12 * 14))
        let writer = SeriesWriter(study)
        let t1w = try writer.write(volume, as: .mprage, seriesNumber: 2, plane: .axial, into: folder.path + "/in")
        let flair = try writer.write(volume, as: .spaceFLAIR, seriesNumber: 3, plane: .axial, into: folder.path + "/in")
        for path in flair {
            var bytes = try folder.read(path)
            let places = bytes.indices.filter { bytes[$0...].starts(with: old.utf8) }
            for at in places { bytes.replaceSubrange(at..<(at + old.utf8.count), with: new.utf8) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
        }
        return (t1w + flair).map { JobFile(path: $0, name: ($0 as NSString).lastPathComponent, sha256: $0) }
    }

    private var standalone: Standalone { Standalone(worker: WorkerProcess(executable: NightSite.program)) }

    private func page(_ files: [JobFile], in folder: TemporaryFolder) async throws -> (page: String, code: String?) {
        let settings = ScreenSettings(
            profileName: "test", bundles: BundleFolders(t1w: nil, flair: nil), threads: 1,
            softwareVersion: "0.0.0-test")
        let job = ScreenJob(caseID: "single", pseudonym: "p", files: files, workFolder: "", settings: settings)
        let answer = try await standalone.screen(job, output: folder.path + "/out") { _ in }
        return (String(decoding: try folder.bytes("out/report.html"), as: UTF8.self), answer.reason?.code)
    }

    @Test func pageOfTwoPatientsCarriesNobodysIdentity() async throws {
        let folder = try TemporaryFolder()
        let files = try write(folder, replacing: Self.patientID, with: "KENNUNG-4712")
        let report = try await standalone.inspect(files)
        #expect(report.studies.map(\.refusal?.code) == ["CONFLICTING_PATIENT"])
        #expect(report.studies.map(\.identity) == [PatientIdentity()])
        let (page, code) = try await page(files, in: folder)
        #expect(code == "CONFLICTING_PATIENT")
        for text in ["Kanarienvogel", "KENNUNG", "1977", "ACC-77"] { #expect(!page.contains(text)) }
    }

    @Test func seriesOfDifferentDaysAreNotPaired() async throws {
        let folder = try TemporaryFolder()
        let files = try write(folder, replacing: "20260105", with: "20260108")
        let report = try await standalone.inspect(files)
        #expect(
            report.studies.flatMap(\.series).map(\.reason?.code)
                == ["ACQUIRED_ON_DIFFERENT_DAYS", "ACQUIRED_ON_DIFFERENT_DAYS"])
        let (page, code) = try await page(files, in: folder)
        #expect(code == "ACQUIRED_ON_DIFFERENT_DAYS")
        #expect(page.contains("Kanarienvogel, Karl"))
    }
}
