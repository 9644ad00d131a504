import Screening
import Testing
import Watch

@Suite struct NIfTINameTests {
    @Test(arguments: [
        ("sub-1/anat/sub-1_acq-iso08_T1w.nii.gz", Modality.t1w), ("patient07/T1_N4_regtoFLAIR_brain.nii.gz", .t1w),
        ("patient07/FLAIR_N4_regtoFLAIR_brain.nii.gz", .flair), ("x/study1_T1W.nii", .t1w), ("a/flair.nii.gz", .flair),
    ])
    func tokenOfTheNameSaysTheContrast(path: String, modality: Modality) throws {
        #expect(try #require(NIfTIName(relativePath: path)).modality == modality)
    }

    @Test func nameThatSaysBothOrNothingHasNoContrast() throws {
        #expect(try #require(NIfTIName(relativePath: "a/T1_to_FLAIR.nii.gz")).modality == nil)
        #expect(try #require(NIfTIName(relativePath: "a/image.nii.gz")).modality == nil)
    }

    @Test(arguments: ["notes.txt", ".nii.gz", "image.nii.gz.part", "a/b.dcm"])
    func otherFilesAreNoNIfTINames(path: String) {
        #expect(NIfTIName(relativePath: path) == nil)
    }

    @Test(arguments: [
        "a/FLAIR_roi.nii.gz", "derivatives/x/sub-1_T1w.nii.gz", "a/T1w_brain-mask.nii.gz", "a/T1_map.nii",
        "a/sub-1_space-T1w_desc-gradcam_heatmap.nii.gz",
    ])
    func masksAndDerivativesAreNeverScreened(path: String) throws {
        #expect(try #require(NIfTIName(relativePath: path)).isDerivative)
    }

    @Test func contrastAgentInTheNameIsSeen() throws {
        #expect(try #require(NIfTIName(relativePath: "sub-1_ce-gadolinium_T1w.nii.gz")).hasContrastAgent)
        #expect(try #require(NIfTIName(relativePath: "a/T1_post.nii.gz")).hasContrastAgent)
        #expect(try #require(NIfTIName(relativePath: "a/T1_pre.nii.gz")).hasContrastAgent == false)
    }

    @Test func operationInTheNameIsSeen() throws {
        #expect(try #require(NIfTIName(relativePath: "sub-1_ses-postop_T1w.nii.gz")).hintsAtOperation)
        #expect(try #require(NIfTIName(relativePath: "sub-1_ses-postop_T1w.nii.gz")).hasContrastAgent == false)
        #expect(try #require(NIfTIName(relativePath: "sub-1_ses-preop_T1w.nii.gz")).hintsAtOperation == false)
    }

    @Test func bidsNamesPairBySubjectAndSessionWhereverTheyLie() throws {
        func key(_ path: String) throws -> String { try #require(NIfTIName(relativePath: path)).studyKey }
        #expect(try key("sub-1_acq-a_T1w.nii.gz") == key("sub-1_acq-b_FLAIR.nii.gz"))
        #expect(try key("sub-1/ses-2/anat/sub-1_ses-2_T1w.nii.gz") == key("sub-1/anat/sub-1_ses-2_FLAIR.nii.gz"))
        #expect(try key("sub-1_ses-1_T1w.nii.gz") != key("sub-1_ses-2_FLAIR.nii.gz"))
        #expect(try key("sub-1_T1w.nii.gz") != key("sub-11_T1w.nii.gz"))
        #expect(try key("siteA/sub-1/sub-1_T1w.nii.gz") != key("siteB/sub-1/sub-1_FLAIR.nii.gz"))
    }

    @Test func otherNamesPairBySubFolderAndNotInTheRoot() throws {
        func key(_ path: String) throws -> String { try #require(NIfTIName(relativePath: path)).studyKey }
        #expect(try key("p/T1.nii.gz") == key("p/FLAIR.nii.gz"))
        #expect(try key("p/T1.nii.gz") != key("q/FLAIR.nii.gz"))
        #expect(try key("T1.nii.gz") != key("FLAIR.nii.gz"))
    }
}
