// Invented patients with what stands beside them in a header: what the statistics of letters are judged by,
// and were not made of.
#pragma once

#include <string_view>
#include <vector>

namespace pgpacs::test {

// The names of a country, and institutions and descriptions; name i goes with place and study i, cyclically.
struct Country {
  std::string_view name;
  std::vector<std::string_view> patients;
  std::vector<std::string_view> institutions;
  std::vector<std::string_view> descriptions;
};

inline const std::vector<Country>& countries() {
  static const std::vector<Country> all = {
      {"Ukraine",
       {"Сидоренко^Олена^Василівна",
        "Згурський^Юрій^Богданович",
        "Ґалаґан^Їжак",
        "Щербак^Наталія",
        "Кривошапка^Євген^Ілліч",
        "Дем'янчук^Соломія",
        "Лисенко^Ігор^Петрович",
        "Гончар^Яна",
        "Цимбалюк^Фросина^Гнатівна",
        "Шульга^Ірина",
        "Хом'як^Зиновій",
        "Бойчук^Любов^Михайлівна",
        "Пилипенко^Жанна",
        "Чорновіл^Тарас",
        "Рябошапка^Уляна^Юхимівна",
        "Єфремов^Сергій",
        "Ющенко^Дарина",
        "Кіт^Ян",
        "Ткач^Оксана",
        "Забужко^Леся",
        "Стець^Вадим",
        "Ільницький^Остап^Романович",
        "Вовк^Надія",
        "Мельниченко^Галина^Федорівна",
        "Перебийніс^Максим",
        "Сушко^Емма",
        "Панькевич^Ксенія",
        "Журавель^Артем^Олегович",
        "Неїжсало^Хома",
        "Дячук^Раїса"},
       {"Обласна клінічна лікарня", "КНП \"Міська поліклініка №3\"", "Центр серцево-судинної хірургії",
        "Дитяча лікарня, м. Рівне", "Військовий госпіталь"},
       {"КТ органів грудної клітки", "МРТ головного мозку", "Рентгенографія кисті, пряма проекція",
        "УЗД черевної порожнини", "Мамографія", "Ангіографія судин нижніх кінцівок з підсиленням"}},
      {"Russian speakers",
       {"Иванова^Екатерина^Сергеевна", "Щукин^Пётр", "Объедков^Фёдор^Ильич", "Цыганков^Эдуард",
        "Мышкина^Юлия", "Жуков^Егор", "Хрущёв^Ян", "Бабушкина^Зоя^Львовна", "Подъячев^Семён", "Ким^Алла",
        "Чайкина^Вера", "Широков^Тимофей^Андреевич", "Эйхе^Роберт", "Уткин^Дмитрий",
        "Лебедев^Николай^Гаврилович", "Якушева^Рита"},
       {"Городская больница №5", "НИИ травматологии", "Поликлиника железнодорожников",
        "Диагностический центр"},
       {"Обзорная рентгенография брюшной полости", "КТ придаточных пазух носа", "Флюорография",
        "МРТ коленного сустава"}},
      {"Poland",
       {"Wójcik^Łukasz", "Zieliński^Żaneta", "Dąbrowska^Małgorzata", "Pawłowski^Stanisław",
        "Jabłońska^Bożena", "Gołąb^Kazimierz", "Świątek^Grażyna", "Ślęzak^Józef", "Wróblewska^Elżbieta",
        "Kaźmierczak^Michał", "Błaszczyk^Sławomir", "Źrebiec^Paweł", "Ćwikła^Rafał", "Pięta^Mirosław",
        "Brzęczyszczykiewicz^Grzegorz"},
       {"Szpital Miejski w Łodzi", "Górnośląskie Centrum Medyczne",
        "Klinika Chirurgii, Kraków, oddział świąteczny"},
       {"TK głowy bez środka cieniującego", "RTG klatki piersiowej, zdjęcie przeglądowe",
        "USG brzucha — wątroba, trzustka, śledziona"}},
      {"Germany",
       {"Müller^Jürgen", "Schröder^Änne", "Größ^Käthe", "Weiß^Sören", "Öztürk^Ülkü", "Jäger^Björn",
        "Köhler^Günther", "Straßburger^Hänsel", "VÖLLER^RÜDIGER", "ÄÖÜ^ÖÄÜ"},
       {"Universitätsklinikum Tübingen", "Krankenhaus der Barmherzigen Brüder",
        "Städtisches Klinikum München"},
       {"Schädel nativ 5µm ±2°", "Oberbauch-Übersicht, 3 cm³", "Röntgen Hüfte beidseits"}},
      {"France and Spain",
       {"Lefèvre^Hélène", "Muñoz^Begoña", "François^Zoé", "Nuñez^Íñigo", "Crête^Aimée", "Noël^Benoît",
        "Bœuf^Anaïs", "GARÇON^RENÉ", "Tête^Créée", "Peña^Ángel"},
       {"Hôpital européen Georges-Pompidou", "Clínica Nuestra Señora",
        "Centre hospitalier Forêt-Noire à Nîmes"},
       {"Tête et cou, fenêtre osseuse", "¿Fractura? ¡Urgente! tobillo", "Échographie de l'abdomen à jeun",
        "Ârêté êêê éééé"}},
      {"Turkey",
       {"Şükrü^Gökçe", "Çavuşoğlu^İbrahim", "Yıldırım^Ayşegül", "ÖĞÜTÇÜ^IŞIL", "Güneş^Çağrı", "Ağaoğlu^Ümit"},
       {"İstanbul Üniversitesi Tıp Fakültesi", "Şişli Etfal Hastanesi"},
       {"Göğüs tomografisi", "Batın üst kısım, ilaçlı"}},
      {"Greece",
       {"Παπαδόπουλος^Γιώργος", "Διονυσίου^Ελένη", "ΑΓΓΕΛΟΠΟΥΛΟΥ^ΜΑΡΙΑ", "Σωτηρίου^Ανδρέας", "Ξένος^Νίκος",
        "Βασιλείου^Ευάγγελος", "Ωνάσης^Αθηνά"},
       {"Γενικό Νοσοκομείο Αθηνών", "Ιπποκράτειο"},
       {"Αξονική τομογραφία θώρακος", "ΜΑΓΝΗΤΙΚΗ ΕΓΚΕΦΑΛΟΥ"}},
      {"Bulgaria and Serbia",
       {"Георгиев^Ангел", "Стоянова^Цветелина", "Ђорђевић^Љубица", "Џонић^Његош", "Христов^Първан"},
       {"Университетска болница", "Клинички центар Србије"},
       {"Рентген на гръден кош", "Преглед главе"}},
      {"Czechia and Hungary",
       {"Dvořák^Šárka", "Žižka^Jiří", "Kovářová^Květa", "Nagy^Győző", "Szűcs^Erzsébet", "Őry^Ágnes"},
       {"Fakultní nemocnice Plzeň", "Pécsi Tudományegyetem"},
       {"Vyšetření páteře", "Mellkasröntgen kétirányú"}}};
  return all;
}

}  // namespace pgpacs::test
