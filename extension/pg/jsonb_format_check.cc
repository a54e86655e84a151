// jsonb_format.h against the server's own headers; nothing here runs.
#include "extension/pg/jsonb_format.h"

#include "extension/pg/server.h"

namespace pgpacs::pg::jsonb {

static_assert(is_string == JENTRY_ISSTRING);
static_assert(is_numeric == JENTRY_ISNUMERIC);
static_assert(is_null == JENTRY_ISNULL);
static_assert(is_container == JENTRY_ISCONTAINER);
static_assert(type_mask == JENTRY_TYPEMASK);
static_assert(has_offset == JENTRY_HAS_OFF);
static_assert(largest == JENTRY_OFFLENMASK);
static_assert(object == JB_FOBJECT);
static_assert(array == JB_FARRAY);
static_assert(offset_stride == JB_OFFSET_STRIDE);

}  // namespace pgpacs::pg::jsonb
