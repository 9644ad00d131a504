// DCMTK asks for its configuration first.
#include <dcmtk/config/osconfig.h>

#include <dcmtk/dcmdata/dcdeftag.h>
#include <dcmtk/dcmdata/dcfilefo.h>
#include <dcmtk/dcmdata/dcpixel.h>
#include <dcmtk/dcmdata/dcrleerg.h>
#include <dcmtk/dcmdata/dcrlerp.h>
#include <dcmtk/dcmjpeg/djencode.h>
#include <dcmtk/dcmjpeg/djrplol.h>

#include <cstdio>
#include <exception>
#include <memory>
#include <mutex>
#include <new>

#include "CDCMTKWrite.h"

struct fcd_dcmw_dataset {
    DcmFileFormat file;
};

namespace {

fcd_dcmw_status success() {
    fcd_dcmw_status status = {};
    status.ok = 1;
    return status;
}

fcd_dcmw_status failure(const char *message) {
    fcd_dcmw_status status = {};
    std::snprintf(status.message, sizeof status.message, "%s", message);
    return status;
}

fcd_dcmw_status from(const OFCondition &condition) {
    return condition.good() ? success() : failure(condition.text());
}

/// Runs `work`, and turns anything thrown into a status.
template <typename Work>
fcd_dcmw_status guarded(Work work) {
    try {
        return work();
    } catch (const std::exception &error) {
        return failure(error.what());
    } catch (...) {
        return failure("unknown C++ exception");
    }
}

/// The registries are global in DCMTK: filled once and left so.
void registerEncoders() {
    static std::once_flag once;
    std::call_once(once, [] {
        DcmRLEEncoderRegistration::registerCodecs();
        DJEncoderRegistration::registerCodecs();
    });
}

/// Makes the compressed representation the one that is saved.
OFCondition compress(DcmDataset *dataset, E_TransferSyntax syntax, const DcmRepresentationParameter *parameter) {
    registerEncoders();
    OFCondition condition = dataset->chooseRepresentation(syntax, parameter);
    if (condition.good() && !dataset->canWriteXfer(syntax)) condition = EC_UnsupportedEncoding;
    return condition;
}

}  // namespace

fcd_dcmw_dataset *fcd_dcmw_new(void) {
    try {
        return new fcd_dcmw_dataset;
    } catch (...) {
        return nullptr;
    }
}

void fcd_dcmw_free(fcd_dcmw_dataset *dataset) { delete dataset; }

fcd_dcmw_status fcd_dcmw_put_text(
    fcd_dcmw_dataset *dataset, uint16_t group, uint16_t element, const char *vr, const char *value) {
    return guarded([&] {
        const DcmTag tag(group, element, DcmVR(vr));
        return from(dataset->file.getDataset()->putAndInsertString(tag, value));
    });
}

fcd_dcmw_status fcd_dcmw_put_uint16(
    fcd_dcmw_dataset *dataset, uint16_t group, uint16_t element, const uint16_t *values, size_t count) {
    return guarded([&] {
        const DcmTag tag(group, element, DcmVR(EVR_US));
        return from(dataset->file.getDataset()->putAndInsertUint16Array(tag, values, count));
    });
}

fcd_dcmw_status fcd_dcmw_put_pixels(fcd_dcmw_dataset *dataset, const uint16_t *pixels, size_t count) {
    return guarded([&] {
        // Only an element of this class can be compressed later.
        auto element = std::make_unique<DcmPixelData>(DcmTag(DCM_PixelData, DcmVR(EVR_OW)));
        OFCondition condition = element->putUint16Array(pixels, count);
        if (condition.bad()) return from(condition);
        condition = dataset->file.getDataset()->insert(element.get(), OFTrue);
        if (condition.good()) element.release();
        return from(condition);
    });
}

fcd_dcmw_status fcd_dcmw_save(fcd_dcmw_dataset *dataset, const char *path, fcd_dcmw_encoding encoding) {
    return guarded([&] {
        DcmDataset *contents = dataset->file.getDataset();
        E_TransferSyntax syntax = EXS_LittleEndianExplicit;
        OFCondition condition = EC_Normal;
        if (encoding == FCD_DCMW_RLE) {
            const DcmRLERepresentationParameter parameter;
            syntax = EXS_RLELossless;
            condition = compress(contents, syntax, &parameter);
        } else if (encoding == FCD_DCMW_JPEG_LOSSLESS) {
            const DJ_RPLossless parameter(1, 0);
            syntax = EXS_JPEGProcess14SV1;
            condition = compress(contents, syntax, &parameter);
        }
        if (condition.bad()) return from(condition);
        return from(dataset->file.saveFile(path, syntax));
    });
}
