// What reading elements and reading pixels share. C++ only; never seen from Swift.
#ifndef FCDWATCH_DCM_OBJECT_H
#define FCDWATCH_DCM_OBJECT_H

#include "dcmtk/config/osconfig.h" // DCMTK wants it before every other header

#include "dcmtk/dcmdata/dctk.h"

#include "dcm_read.h"

#include <cstdio>
#include <exception>
#include <new>
#include <string>
#include <utility>
#include <vector>

struct dcm_object {
    DcmFileFormat file;
    std::string transferSyntax;
    /// Fragments of each frame, found once: first fragment and how many.
    std::vector<std::pair<unsigned long, unsigned long>> fragmentsOfFrame;
};

namespace fcd {

inline void set(dcm_status *status, int32_t code, const char *text)
{
    if (!status) return;
    status->code = code;
    std::snprintf(status->text, sizeof status->text, "%s", text ? text : "");
}

/// Runs `body`, turning every exception into a status.
template <class Body> void guarded(dcm_status *status, Body body)
{
    try {
        body();
    } catch (const std::bad_alloc &) {
        set(status, DCM_NEEDS_MEMORY, "out of memory");
    } catch (const std::exception &) {
        set(status, DCM_DECODE_FAILED, "C++ exception");
    } catch (...) {
        set(status, DCM_DECODE_FAILED, "unknown C++ exception");
    }
}

inline DcmItem *asItem(const dcm_item *item) { return reinterpret_cast<DcmItem *>(const_cast<dcm_item *>(item)); }

inline const dcm_item *asHandle(DcmItem *item) { return reinterpret_cast<const dcm_item *>(item); }

inline DcmElement *find(const dcm_item *item, uint16_t group, uint16_t element)
{
    DcmElement *found = nullptr;
    if (!item) return nullptr;
    if (asItem(item)->findAndGetElement(DcmTagKey(group, element), found, OFFalse).bad()) return nullptr;
    return found;
}

} // namespace fcd

#endif
