import DICOM
import Testing

/// Acquisitions of every maker as their headers tell them, and what they are.
@Suite struct VendorAcquisitionTests {
    struct Scan: Sendable, CustomStringConvertible {
        var description: String
        var acquisition: Acquisition

        /// Times in ms: TR, TE, TI.
        init(
            _ name: String, _ sequence: String, _ variant: String = "", _ tr: Double, _ te: Double,
            _ ti: Double? = nil, flip: Double? = nil, options: String = "", name sequenceName: String? = nil,
            declared: String? = nil, second: Double? = nil
        ) {
            func codes(_ text: String) -> [String] { text.split(separator: "\\").map(String.init) }
            description = name
            acquisition = Acquisition(
                repetitionTimeMS: tr, echoTimeMS: te, inversionTimeMS: ti,
                otherInversionTimesMS: second.map { [$0] } ?? [], flipAngleDegrees: flip,
                scanningSequence: codes(sequence), sequenceVariant: codes(variant), scanOptions: codes(options),
                sequenceName: sequenceName, acquisitionType: "3D", acquisitionContrast: declared)
        }
    }

    static let t1w: [Scan] = [
        // ds004199 on OpenNeuro, side-cars: four protocols of one data set.
        Scan("Siemens TrioTim iso08", "GR\\IR", "SP\\MP\\OSP", 1660, 2.54, 850, flip: 9, options: "IR"),
        Scan("Siemens TrioTim iso08, longer echo", "GR\\IR", "SP\\MP\\OSP", 1660, 2.75, 850, flip: 9),
        Scan("Siemens Trio sag111", "IR\\GR", "SP\\MP\\OSP", 1570, 3.42, 800, flip: 15, options: "IR"),
        Scan("Siemens TrioTim sag111", "GR\\IR", "SP\\MP\\OSP", 1570, 2.75, 800, flip: 15),
        // dcm_qa_xa30, Ref/5_anat-T1w_acq-tfl: classic and enhanced, whose contrast is UNKNOWN.
        Scan("Siemens XA30, enhanced", "GR\\IR", "", 1800, 2.41, 900, flip: 9, declared: "UNKNOWN"),
        Scan("Siemens XA30, split", "GR", "SK", 1800, 2.41, 900, flip: 9, options: "PER"),
        // ds000117 on OpenNeuro, acq-mprage_T1w.json.
        Scan("Siemens TrioTim CBU", "GR\\IR", "SP\\MP\\OSP", 2250, 2.98, 900, flip: 9, options: "IR\\PFP"),
        // fMRI-Shape (Fudan), sub-0008_t1w_T1w.json.
        Scan("Siemens Prisma 0.8 mm", "GR\\IR", "SK\\SP\\MP", 3000, 2.56, 1100, flip: 7, options: "IR"),
        // Healthy Brain Network: root mean square of four echoes.
        Scan("Siemens Avanto ME-MPRAGE", "GR\\IR", "SK\\SP\\MP", 2730, 1.64, 1000, flip: 7),
        // MS-SMART, BMJ Open 2018, table 4: 1.5 and 3 T of three makers.
        Scan("Siemens MS-SMART", "GR\\IR", "SP\\MP", 2400, 3.45, 1000, flip: 8),
        Scan("GE MS-SMART 1.5 T", "GR", "SS\\SP\\SK", 13, 5, 650, flip: 20),
        Scan("GE MS-SMART 3 T", "GR", "SS\\SP\\SK", 8, 3, 450, flip: 20),
        Scan("Philips MS-SMART 1.5 T", "GR", "MP", 12, 4, 950, flip: 8),
        Scan("Philips MS-SMART 3 T", "GR", "MP", 6.9, 3.2, 830, flip: 8),
        // dcm_qa_ge, Ref/3D_Ax_T1_MP-RAGE_R22_5, and dcm_qa_cs_dl, Ref/GE_10_MPRAGE: research mode hides the gradient echo.
        Scan(
            "GE SIGNA Pioneer MP-RAGE", "RM\\IR", "NONE", 2217.66, 3.172, 1000, flip: 8,
            options: "EDR_GEMS\\FILTERED_GEMS\\ACC_GEMS\\FSA_GEMS\\IR_GEMS"),
        Scan(
            "GE SIGNA Architect MP-RAGE", "RM\\IR", "NONE", 2427.9, 2.228, 1000, flip: 8,
            options: "EDR_GEMS\\HYPERSENSE_GEMS\\FSP_GEMS\\IR_GEMS"),
        // dcm_qa_deident, Ref/Accelerated_SAG_IR-SPGR_10.
        Scan("GE HDxt IR-SPGR", "GR", "SS\\SP\\SK", 6.964, 2.832, 400, flip: 11, options: "FAST_GEMS\\EDR_GEMS"),
        // dcm_qa_decubitus_ge, Ref/2_Brain_Routine_3D_Ax_FSPGR_HFS: not prepared.
        Scan("GE Premier FSPGR", "GR", "SS\\SP\\SK", 5.5, 2.012, flip: 8, options: "FAST_GEMS\\FSR_GEMS"),
        // dicom2nifti, ge/anatomical: no flip angle in the stub.
        Scan("GE MR750 BRAVO", "GR", "SS\\SP\\SK", 8.9, 3.164, 900),
        // dcm_qa_philips_enh, Ref/1301_WIP_ADNI_Sag3D_MPRAGE: the enhanced object leaves TI out.
        Scan("Philips Elition, classic", "GR", "MP", 6.501, 2.93, 900, flip: 9, options: "OTHER"),
        Scan("Philips Elition, enhanced", "GR", "MP", 6.501, 2.93, flip: 9, options: "OTHER", declared: "T1"),
        // dicom2nifti, philips_enhanced/anatomical.
        Scan("Philips Achieva T1-TFE", "", "", 6.77, 3.133, flip: 9, declared: "T1"),
        // dcm_qa_enh, Ref/Philips_WIP_AnatBrain_T1W3D_301.
        Scan("Philips Achieva dStream", "GR", "MP", 8.0286, 4.605, flip: 8, options: "SP"),
        // IXI, Philips 3 T: T1-FFE, not prepared.
        Scan("Philips Intera FFE", "GR", "SP", 9.6, 4.6, flip: 8),
        // dcm_qa_uih, Ref/t1_gre_fsp_3d_sag_2.
        Scan("UIH uMR 770", "GR\\IR", "NONE", 7.25, 3.1, 750, flip: 10, name: "gre_fsp"),
        // Canon's and Fujifilm's names for the same; times of their usual brain protocols.
        Scan("Canon Galan FFE3D", "GR\\IR", "SP\\MP", 5.8, 2.7, 900, flip: 9, name: "FFE3D"),
        Scan("Fujifilm Echelon", "GR\\IR", "SP", 9.2, 4.2, 950, flip: 10, name: "RSSG"),
        // ICBM: FLASH of the nineties.
        Scan("Philips Gyroscan FLASH", "GR", "SP", 18, 10, flip: 30),
        // OASIS-1, Siemens Vision: TI is the delay of the readout.
        Scan("Siemens Vision MP-RAGE", "GR\\IR", "SP\\MP", 9.7, 4, 20, flip: 10),
    ]

    @Test(arguments: t1w) func isT1w(_ scan: Scan) {
        let finding = ContrastRule.find(scan.acquisition)
        #expect(finding.contrast == .t1w, "\(finding.why)")
    }

    static let flair: [Scan] = [
        // ds004199 on OpenNeuro, side-cars.
        Scan("Siemens TrioTim T2sel", "SE\\IR", "SK\\SP\\MP", 5000, 388, 1800, flip: 120, options: "IR\\PFP\\SAT1"),
        Scan("Siemens Trio tse3dvfl", "IR\\SE", "SK\\SP\\MP", 7000, 372, 2220, flip: 120, options: "IR"),
        Scan("Siemens TrioTim iso 1.0", "SE\\IR", "SK\\SP\\MP", 6000, 388, 2100, flip: 120),
        // Monash, Skyra: t2_spc_da-fl_sag_p2_iso_1.0.
        Scan("Siemens Skyra", "SE\\IR", "SK\\SP\\MP", 5000, 397, 1800, flip: 120, options: "IR\\PFP"),
        // dicom2nifti, siemens/anatomical and philips/anatomical.
        Scan("Siemens TrioTim SPACE", "SE\\IR", "SK\\SP\\MP", 6000, 394, 2200),
        Scan("Philips Intera VISTA", "IR", "SK", 4800, 386.754, 1650),
        Scan("Philips enhanced, no TI", "", "", 4800, 340, declared: "FLUID_ATTENUATED"),
        // dcm_qa_cs_dl, Ref/GE_14_Ax_T2_FLAIR_FS: 2D, refused as such, but its contrast is FLAIR.
        Scan("GE MR750", "SE\\IR", "SK", 10000, 132.96, 2569.99, flip: 160, options: "FS\\T2FLAIR_GEMS"),
        Scan("GE, no TI", "SE\\IR", "SK", 6500, 115, flip: 90, options: "T2FLAIR_GEMS"),
        // MS-SMART, BMJ Open 2018, table 4.
        Scan("GE MS-SMART 1.5 T", "SE\\IR", "SK", 10000, 128, 2200),
        Scan("Philips MS-SMART 3 T", "SE\\IR", "SK", 9500, 120, 2400),
        // Usual 3D protocols: CUBE, UIH's MATRIX, Canon's 3D-mVox, syngo XA enhanced.
        Scan("GE CUBE", "SE\\IR", "SK", 6500, 115, 1950),
        Scan("UIH MATRIX", "SE\\IR", "NONE", 6500, 432, 1950, flip: 67, name: "fse_mx_3d"),
        Scan("Canon mVox", "SE\\IR", "SK", 7000, 400, 2100, flip: 90, name: "FASE3D"),
        Scan("Siemens XA, enhanced", "SE\\IR", "", 5000, 386, 1800, flip: 120, declared: "UNKNOWN"),
    ]

    @Test(arguments: flair) func isFLAIR(_ scan: Scan) {
        let finding = ContrastRule.find(scan.acquisition)
        #expect(finding.contrast == .flair, "\(finding.why)")
    }

    static let neither: [(Scan, DICOMCode)] = [
        // fMRI-Shape (Fudan), sub-0011_t2w_T2w.json; T1 SPACE of dcm_qa_cs_dl, Ref/Si_3.
        (Scan("T2 SPACE", "SE", "SK\\SP", 3200, 563, flip: 120), .otherContrast),
        (Scan("T1 SPACE", "SE", "SK\\SP", 700, 11, flip: 120), .otherContrast),
        // MS-SMART: dual echo and T1 spin echo; STIR and T1 FLAIR of usual protocols.
        (Scan("PD", "SE", "SK", 2680, 11, flip: 150), .otherContrast),
        (Scan("T1 spin echo", "SE", "", 600, 12, flip: 90), .otherContrast),
        (Scan("STIR", "SE\\IR", "SK", 4000, 80, 160), .otherContrast),
        (Scan("T1 FLAIR", "SE\\IR", "SK", 2075, 24, 780, options: "T1FLAIR_GEMS"), .otherContrast),
        // Electronic Physician 2017, 9(4):4162, Philips 1.5 T: TI 3400 and 325 ms; and with both times in the header.
        (Scan("DIR, long time only", "SE\\IR", "SK", 11000, 125, 3400), .otherContrast),
        (Scan("DIR, both times", "SE\\IR", "SK", 11000, 125, 3400, second: 325), .syntheticOrCombined),
        (Scan("DIR, short time only", "SE\\IR", "SK", 7500, 308, 450), .otherContrast),
        (Scan("no TI: FLAIR or STIR", "SE\\IR", "SK", 5000, 120), .unknownContrast),
        // dcm2niix issue 675, syngo XA30: MP2RAGE whose parts say only T1.
        (Scan("MP2RAGE, first", "GR\\IR", "SK\\SP\\MP", 5000, 2.9, 700, flip: 4, declared: "T1"), .syntheticOrCombined),
        (Scan("MP2RAGE, second", "GR\\IR", "SK\\SP\\MP", 5000, 2.9, 2500, flip: 5), .syntheticOrCombined),
        (Scan("MP2RAGE, uniform", "GR\\IR", "SK\\SP\\MP", 5000, 2.9), .syntheticOrCombined),
        // CATNUS data: white matter nulled.
        (Scan("FGATIR", "GR\\IR", "SK\\SP\\MP", 3000, 3.37, 400, flip: 6), .otherContrast),
        (Scan("late inversion", "GR\\IR", "SP\\MP", 3400, 3, 1500, flip: 8), .otherContrast),
        (Scan("MPRAGE without TI", "GR\\IR", "SP\\MP", 2300, 3, flip: 9), .unknownContrast),
        // Multi-parameter mapping (hMRI): density-weighted and with magnetisation transfer.
        (Scan("MPM PDw", "GR", "SP", 23.7, 2.2, flip: 6), .otherContrast),
        (Scan("MPM MTw", "GR", "SP\\MTC", 23.7, 2.2, flip: 6), .otherContrast),
        (Scan("variable angles, 2°", "GR", "SS\\SP\\SK", 6, 1.4, flip: 2), .otherContrast),
        // SWI: Siemens, and Philips whose first echo is short.
        (Scan("SWI", "GR", "SP", 28, 20, flip: 15, options: "FC"), .otherContrast),
        (Scan("SWIp", "GR", "SP", 31, 7.2, flip: 17, options: "FC"), .otherContrast),
        (Scan("T2*", "GR", "SP", 600, 15, flip: 20), .otherContrast),
        (Scan("declared T2*", "GR", "", 30, 5, flip: 20, declared: "T2_STAR"), .otherContrast),
        // Angiography without its flag.
        (Scan("TOF, GE", "GR", "SP", 25, 3.4, flip: 20, options: "FAST_GEMS\\VASCTOF_GEMS"), .angiography),
        (Scan("TOF, named", "GR", "SP", 21, 3.6, flip: 18, name: "*fi3d1r_tof"), .angiography),
        (Scan("TOF, Philips", "GR", "SP", 23, 3.45, flip: 18, options: "FC"), .angiography),
        (Scan("TOF, GE, by flow", "GR", "SP", 25, 3.4, flip: 20, options: "FC_SLICE_AX_GEMS"), .angiography),
        // Balanced: CISS, FIESTA, TrueFISP, bTFE that calls itself prepared.
        (Scan("CISS", "GR", "SS", 5.7, 2.5, flip: 50), .otherContrast),
        (Scan("FIESTA", "GR", "SS\\SK", 5.2, 2.1, flip: 45), .otherContrast),
        (Scan("bTFE", "GR", "MP", 4.6, 2.3, flip: 45), .otherContrast),
        (Scan("unspoiled FFE", "GR", "SS", 8, 3, flip: 10), .otherContrast),
        // VIBE, LAVA: fat-suppressed.
        (Scan("VIBE", "GR", "SP", 4.3, 1.7, flip: 10, options: "PFP\\FS"), .otherContrast),
        // dcm_qa_philips_enh, Ref/2001_WIP_fcMRI_Field_Mapping, 1901_WIP_3DpCASL; dcm_qa_enh, Ref/Philips_WIP_B0_NS_801.
        (Scan("field map, Philips", "GR", "SP", 20, 4.6, flip: 10, options: "FC"), .otherContrast),
        (Scan("pCASL and its M0, GraSE", "GR", "SK", 4250, 9, flip: 90, options: "FS"), .otherContrast),
        (Scan("B0, Philips", "RM", "SS", 3.8045, 1.52, flip: 12), .otherContrast),
        // dcm_qa_xa30, Ref/8_gre_field_mapping_e2.
        (Scan("field map, Siemens", "GR", "SP", 600, 12.46, flip: 90), .otherContrast),
        // GE's 3D ASL is a spiral spin echo in research mode.
        (Scan("3D ASL, GE", "RM", "", 4852, 10.6, 2025, flip: 111), .otherContrast),
        (Scan("GRASE", "SE\\EP", "", 4000, 15), .otherContrast),
        (Scan("no angle", "GR", "SP", 8, 3), .unknownContrast),
    ]

    @Test(arguments: neither) func isNeither(_ scan: Scan, _ code: DICOMCode) {
        let finding = ContrastRule.find(scan.acquisition)
        #expect(finding.contrast == .other, "\(finding.why)")
        #expect(finding.code == code, "\(finding.why)")
    }

    @Test func textOfAFileNeverEntersAMessage() {
        let hostile = Scan("hostile", "SE", "", 1, 1, declared: "DOE^JANE")
        #expect(!ContrastRule.find(hostile.acquisition).why.contains("JANE"))
    }
}
