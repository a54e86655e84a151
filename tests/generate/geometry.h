#pragma once

#include <algorithm>
#include <cmath>

namespace pgpacs::generate {

/// Millimetres, in the patient's axes seen by DICOM: x to the left side, y to the back, z here towards the
/// feet.
struct Point {
  double x = 0;
  double y = 0;
  double z = 0;
};

inline Point operator+(const Point& a, const Point& b) {
  return {a.x + b.x, a.y + b.y, a.z + b.z};
}
inline Point operator-(const Point& a, const Point& b) {
  return {a.x - b.x, a.y - b.y, a.z - b.z};
}
inline Point operator*(const Point& a, double by) {
  return {a.x * by, a.y * by, a.z * by};
}
inline double dot(const Point& a, const Point& b) {
  return a.x * b.x + a.y * b.y + a.z * b.z;
}
inline double length(const Point& a) {
  return std::sqrt(dot(a, a));
}

/// A straight piece of tube whose radius may change on its way.
struct Tube {
  Point from;
  Point to;
  double radius_from;
  double radius_to;
};

// Distances are negative inside. Near a surface, where they matter, they are in millimetres.

inline double distance(const Point& p, const Tube& tube) {
  const Point along = tube.to - tube.from;
  const double t = std::clamp(dot(p - tube.from, along) / std::max(dot(along, along), 1e-9), 0.0, 1.0);
  return length(p - (tube.from + along * t)) - (tube.radius_from + (tube.radius_to - tube.radius_from) * t);
}

struct Ellipsoid {
  Point centre;
  Point radii;
};

inline double distance(const Point& p, const Ellipsoid& ellipsoid) {
  const Point q = p - ellipsoid.centre;
  const Point& r = ellipsoid.radii;
  const double k = length({q.x / r.x, q.y / r.y, q.z / r.z});
  const double slope = length({q.x / (r.x * r.x), q.y / (r.y * r.y), q.z / (r.z * r.z)});
  return slope < 1e-9 ? -std::min(r.x, r.y) : k * (k - 1) / slope;
}

/// An ellipse across x and y.
inline double ellipse(const Point& p, double x, double y, double radius_x, double radius_y) {
  const double u = (p.x - x) / radius_x;
  const double v = (p.y - y) / radius_y;
  const double k = std::sqrt(u * u + v * v);
  const double slope = std::sqrt(u * u / (radius_x * radius_x) + v * v / (radius_y * radius_y));
  return slope < 1e-9 ? -std::min(radius_x, radius_y) : k * (k - 1) / slope;
}

/// The lesser of two distances, with a fillet of `width` where the shapes meet.
inline double joined(double a, double b, double width) {
  const double h = std::max(width - std::abs(a - b), 0.0) / width;
  return std::min(a, b) - h * h * width / 4;
}

inline double without(double a, double b, double width) {
  return -joined(-a, b, width);
}

/// 0 below `from`, 1 above `to`, smooth between.
inline double step(double from, double to, double x) {
  const double t = std::clamp((x - from) / (to - from), 0.0, 1.0);
  return t * t * (3 - 2 * t);
}

}  // namespace pgpacs::generate
