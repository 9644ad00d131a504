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

    @Test func nameThatSpeaksOfAContrastAgentIsNotTaken() throws {
        #expect(try usable(["sub-1_ce-gadolinium_T1w.nii"]).isEmpty)
        #expect(try usable(["sub-1_ce-gadolinium_T1w.nii", "sub-1_FLAIR.nii"]) == [.flair])
    }
}
