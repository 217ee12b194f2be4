/**
 * What the shop sells: the one source of names, prices and descriptions, read by the server and by the basket page.
 *
 * Prices are in whole euros, taxes included. `art` names a drawing in `art.svg`.
 */
export const CURRENCY = "EUR";

/** Orders of at least this many euros are delivered free. */
export const FREE_DELIVERY_FROM = 60;

/** Standard delivery below that, in euros. */
export const DELIVERY_PRICE = 4.9;

export const PRODUCTS = [
  {
    slug: "waterproof-panniers",
    art: "panniers",
    price: 89,
    texts: {
      en: {
        name: "Towpath waterproof panniers",
        short: "A pair, 2 × 20 litres, welded seams.",
        text: "Roll them shut and forget the forecast. The seams are welded rather than sewn, the hooks fit any rack from 8 to 16 mm, and each bag comes off with one hand when you reach the shop, the office or the ferry.",
        points: ["Two bags of 20 litres, 820 g each", "Recycled tarpaulin, welded seams", "Repairable: patches and hooks sold separately for ten years"],
      },
      fr: {
        name: "Sacoches étanches Halage",
        short: "La paire, 2 × 20 litres, coutures soudées.",
        text: "Roulez le bord, fermez, oubliez la météo. Les coutures sont soudées et non cousues, les crochets s’adaptent à tout porte-bagages de 8 à 16 mm, et chaque sacoche se décroche d’une main en arrivant au marché, au bureau ou sur le quai.",
        points: ["Deux sacoches de 20 litres, 820 g chacune", "Bâche recyclée, coutures soudées", "Réparables : pièces et crochets vendus pendant dix ans"],
      },
    },
  },
  {
    slug: "leather-saddle",
    art: "saddle",
    price: 112,
    texts: {
      en: {
        name: "Hammock leather saddle",
        short: "Vegetable-tanned, on copper rivets.",
        text: "Five and a half millimetres of leather, stretched between two points like a hammock. It is firm for the first week, yours by the third, and can be re-tensioned with the small spanner that comes with it.",
        points: ["For an upright to moderately sporty position", "Vegetable-tanned leather, copper rivets", "Spanner and care wax included"],
      },
      fr: {
        name: "Selle en cuir Hamac",
        short: "Tannage végétal, rivets de cuivre.",
        text: "Cinq millimètres et demi de cuir tendus entre deux points, comme un hamac. Ferme la première semaine, à vous dès la troisième, elle se retend avec la petite clé livrée dans la boîte.",
        points: ["Pour une position droite à modérément sportive", "Cuir à tannage végétal, rivets de cuivre", "Clé de tension et cire d’entretien fournies"],
      },
    },
  },
  {
    slug: "firefly-lights",
    art: "lights",
    price: 39,
    texts: {
      en: {
        name: "Firefly light set",
        short: "Front and rear, 30 hours a charge.",
        text: "A front light that shows the road without blinding the person coming the other way, and a rear one that glows steadily instead of flashing. They clip on without tools and tell you a day ahead that they are getting tired.",
        points: ["60 lux at the front, 240° of visibility at the rear", "30 hours on a charge, by USB-C", "Rubber straps for bars from 22 to 35 mm"],
      },
      fr: {
        name: "Éclairage Lucioles",
        short: "Avant et arrière, 30 heures par charge.",
        text: "À l’avant, un faisceau qui montre la route sans éblouir celui qui arrive en face ; à l’arrière, une lueur continue qui ne clignote pas. Ils se fixent sans outil et préviennent un jour avant d’être vides.",
        points: ["60 lux à l’avant, visible à 240° à l’arrière", "30 heures par charge, en USB-C", "Attaches en caoutchouc pour cintres de 22 à 35 mm"],
      },
    },
  },
  {
    slug: "brass-bell",
    art: "bell",
    price: 24,
    texts: {
      en: {
        name: "Bell No. 1",
        short: "Turned brass, one clear note.",
        text: "The bell we are named after. One stroke, one clear note that lasts four seconds: polite enough for a towpath, firm enough for a delivery van.",
        points: ["Turned and polished brass, 55 g", "Fits bars from 22.2 to 31.8 mm", "Left or right thumb"],
      },
      fr: {
        name: "Sonnette n° 1",
        short: "Laiton tourné, une note claire.",
        text: "Celle qui nous a donné notre nom. Un coup, une note claire qui dure quatre secondes : assez polie pour un chemin de halage, assez ferme pour une camionnette.",
        points: ["Laiton tourné et poli, 55 g", "Pour cintres de 22,2 à 31,8 mm", "Pouce gauche ou droit"],
      },
    },
  },
  {
    slug: "city-helmet",
    art: "helmet",
    price: 95,
    texts: {
      en: {
        name: "Acorn city helmet",
        short: "Light, vented, with a reflective rim.",
        text: "Round like an acorn and just as hard. Eleven vents keep the head cool, a dial at the back fits it in a second, and the rim lights up under headlamps.",
        points: ["Sizes 52–56 and 56–61 cm on one dial", "EN 1078, rotational impact liner", "Free replacement after a crash in the first two years"],
      },
      fr: {
        name: "Casque de ville Gland",
        short: "Léger, aéré, au liseré réfléchissant.",
        text: "Rond comme un gland et tout aussi dur. Onze aérations gardent la tête au frais, une molette l’ajuste en une seconde, et le liseré s’allume dans les phares.",
        points: ["Du 52 au 61 cm avec une seule molette", "EN 1078, protection contre les chocs en rotation", "Remplacé gratuitement après une chute, pendant deux ans"],
      },
    },
  },
  {
    slug: "folding-lock",
    art: "lock",
    price: 74,
    texts: {
      en: {
        name: "Six-link folding lock",
        short: "85 cm of hardened steel, folds to 18.",
        text: "Six links of hardened steel that unfold around a frame, a wheel and a lamp post, then fold back into a holder no longer than a hand. Two keys, numbered, and a spare on request.",
        points: ["85 cm unfolded, 18 cm folded, 1.2 kg", "Accepted by our bicycle insurance", "Holder for the bottle mounts included"],
      },
      fr: {
        name: "Antivol pliant à six maillons",
        short: "85 cm d’acier trempé, 18 une fois plié.",
        text: "Six maillons d’acier trempé qui entourent un cadre, une roue et un poteau, puis se replient dans un étui pas plus long que la main. Deux clés numérotées, et un double sur demande.",
        points: ["85 cm déplié, 18 cm plié, 1,2 kg", "Reconnu par notre assurance vélo", "Étui pour porte-bidon fourni"],
      },
    },
  },
  {
    slug: "rain-cape",
    art: "cape",
    price: 68,
    texts: {
      en: {
        name: "Downpour rain cape",
        short: "Covers the hands, packs into its hood.",
        text: "A cape that covers bars, hands and knees, with thumb loops so that it stays put in a gust. It breathes from below, which no jacket does, and packs into its own hood.",
        points: ["20,000 mm water column, taped seams", "Reflective piping front and back", "One size, 340 g"],
      },
      fr: {
        name: "Cape de pluie Averse",
        short: "Couvre les mains, se range dans sa capuche.",
        text: "Une cape qui couvre cintre, mains et genoux, avec des passants pour les pouces : elle ne s’envole pas. Elle respire par le bas, ce qu’aucune veste ne fait, et se range dans sa propre capuche.",
        points: ["Colonne d’eau 20 000 mm, coutures étanchées", "Passepoil réfléchissant devant et derrière", "Taille unique, 340 g"],
      },
    },
  },
  {
    slug: "floor-pump",
    art: "pump",
    price: 46,
    texts: {
      en: {
        name: "Bellows floor pump",
        short: "Ash handle, a gauge you can read.",
        text: "A wide steel foot, a handle in ash and a gauge large enough to be read standing up. The head takes both kinds of valve without turning anything inside out.",
        points: ["Up to 8 bar, 1.1 m hose", "Both kinds of valve, no adapter", "Every seal can be replaced"],
      },
      fr: {
        name: "Pompe à pied Soufflet",
        short: "Poignée en frêne, manomètre lisible.",
        text: "Un large pied d’acier, une poignée en frêne et un manomètre qui se lit debout. La tête accepte les deux valves sans rien démonter.",
        points: ["Jusqu’à 8 bars, tuyau de 1,1 m", "Les deux types de valve, sans adaptateur", "Tous les joints se remplacent"],
      },
    },
  },
];

/** An amount of euros as a reader of `language` writes it. */
export function price(amount, language) {
  const locale = language === "fr" ? "fr-FR" : "en-IE";
  return new Intl.NumberFormat(locale, { style: "currency", currency: CURRENCY }).format(amount);
}
