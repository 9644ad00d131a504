import DICOM
import Imaging
import Screening
import Testing
import Watch

@Suite struct AssemblyTests {
    private func usable(_ names: [String]) throws -> [Modality] {
        let folder = try TemporaryFolder()
        let grid = VoxelGrid(shape: [8, 8, 8], affineRAS: .identity)
        let files = try names.map { name in
            let path = folder.path + "/" + name
            try NIfTIFile.write(Volume(grid: grid), to: path)
            return JobFile(path: path, name: name, sha256: name)
        }
        return StudyReadiness(of: files).usable
    }

    @Test func namesDecideWhatNIfTIFilesAre() throws {
        #expect(try usable(["sub-1_T1w.nii", "sub-1_FLAIR.nii"]) == [.t1w, .flair])
    }

    @Test func imagesOfTwoStudiesAreNeverTakenTogether() throws {
        let folder = try TemporaryFolder()
        func write(_ sequence: MRSequence, seed: UInt64, patient: String) throws -> [JobFile] {
            let study = SyntheticStudy(
                patient: SyntheticPatient(name: "A^B", patientID: patient, birthDate: "19700101", sex: "F"),
                seed: seed, date: "20260105", time: "213000", accessionNumber: "1")
            let grid = VoxelGrid(shape: [12, 12, 12], affineRAS: Affine(spacing: [1, 1, 1], origin: .zero))
            return try SeriesWriter(study).write(
                Volume(grid: grid, voxels: (0..<1728).map { Float($0 % 97) }), as: sequence, seriesNumber: 2,
                plane: .axial, into: folder.path + "/\(seed)"
            ).map { JobFile(path: $0, name: $0, sha256: $0) }
        }
        let t1w = try write(.mprage, seed: 1, patient: "one")
        let flair = try write(.spaceFLAIR, seed: 2, patient: "two")
        #expect(StudyReadiness(of: t1w).usable == [.t1w])
        #expect(StudyReadiness(of: flair).usable == [.flair])
        #expect(StudyReadiness(of: t1w + flair).usable.isEmpty)
    }

    @Test func nameThatSpeaksOfAContrastAgentIsNotTaken() throws {
        #expect(try usable(["sub-1_ce-gadolinium_T1w.nii"]).isEmpty)
        #expect(try usable(["sub-1_ce-gadolinium_T1w.nii", "sub-1_FLAIR.nii"]) == [.flair])
    }
}
