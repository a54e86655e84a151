#include <optional>
#include <string_view>

#include "extension/dicom/dictionary.h"
#include "extension/pg/attribute.h"
#include "extension/pg/border.h"

namespace pgpacs::pg {
namespace {

struct Cache {
  char name[72];
  Size size;
  Attribute attribute;
};

void parse(std::string_view name, Attribute& attribute) {
  std::optional<dicom::Tag> tag = dicom::parse_tag(name);
  if (!tag) tag = dicom::find_keyword(name);
  if (!tag) throw dicom::Fault{dicom::FaultCode::unknown_attribute, "no attribute has this keyword or tag"};
  write_hex(*tag, attribute.key);
}

// Member `key` of an object container; false where it is absent.
bool get_member(JsonbContainer* object, const char* key, int size, JsonbValue* out) {
  return JsonContainerIsObject(object) && getKeyJsonValueFromContainer(object, key, size, out) != nullptr;
}

Values values_of_element(const JsonbValue& element) {
  Values values;
  JsonbValue array;
  if (element.type != jbvBinary || !get_member(element.val.binary.data, "Value", 5, &array)) return values;
  if (array.type != jbvBinary || !JsonContainerIsArray(array.val.binary.data)) return values;
  values.exists = true;
  values.array = array.val.binary.data;
  return values;
}

}  // namespace

const Attribute& attribute_argument(FunctionCallInfo fcinfo, int argument) {
  text* name = PG_GETARG_TEXT_PP(argument);
  const char* data = VARDATA_ANY(name);
  const Size size = VARSIZE_ANY_EXHDR(name);
  auto* cache = static_cast<Cache*>(fcinfo->flinfo->fn_extra);
  if (cache != nullptr && cache->size == size && memcmp(cache->name, data, size) == 0)
    return cache->attribute;
  if (size > sizeof cache->name)
    ereport(ERROR,
            (errcode(MAKE_SQLSTATE('P', 'C', '0', '0', '8')), errmsg("no attribute has so long a name")));
  Attribute attribute;
  raise_unless_ok(protect([&] { parse({data, size}, attribute); }));
  if (cache == nullptr) {
    cache = static_cast<Cache*>(MemoryContextAlloc(fcinfo->flinfo->fn_mcxt, sizeof *cache));
    fcinfo->flinfo->fn_extra = cache;
  }
  memcpy(cache->name, data, size);
  cache->size = size;
  cache->attribute = attribute;
  return cache->attribute;
}

bool Values::get(int i, JsonbValue* out) const {
  if (i >= count()) return false;
  if (is_scalar) {
    *out = scalar;
  } else {
    const JsonbValue* found = getIthJsonbValueFromContainer(array, static_cast<uint32>(i));
    if (found == nullptr) return false;
    *out = *found;
  }
  return out->type != jbvNull;
}

Values find_values(Jsonb* header, const Attribute& attribute) {
  JsonbValue element;
  if (!get_member(&header->root, attribute.key, sizeof attribute.key, &element)) return {};
  return values_of_element(element);
}

Values find_values(Jsonb* header_template, Jsonb* difference, const Attribute& attribute) {
  JsonbValue own;
  if (!get_member(&difference->root, attribute.key, sizeof attribute.key, &own))
    return find_values(header_template, attribute);
  Values values;
  if (own.type == jbvNull) return values;
  if (own.type != jbvBinary) {
    values.exists = values.is_scalar = true;
    values.scalar = own;
    return values;
  }
  if (!JsonContainerIsArray(own.val.binary.data)) return values_of_element(own);
  values.exists = true;
  values.array = own.val.binary.data;
  return values;
}

}  // namespace pgpacs::pg
