// What DCMTK's JPEG codecs warn of: they go on with grey where a codestream is broken, and say so in the log
// alone.
#pragma once

namespace pgpacs::transcode {

// Counts the warnings of this process that mean a wrong picture, from now on; nothing goes to stderr.
class JpegWarnings {
 public:
  JpegWarnings();
  unsigned count() const;
};

}  // namespace pgpacs::transcode
