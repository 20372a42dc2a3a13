/** A bundle's dollars, as text, as the price list has them. What nobody is known to have published is left out. */
export interface BundlePrice {
  readonly bundle: string;
  /** The number in its usage types. */
  readonly hardware: number;
  readonly rootGb: number;
  readonly userGb: number;
  readonly alwaysOnMonth?: string;
  readonly autoStopMonth?: string;
  readonly autoStopHour?: string;
}

export interface RegionPrices {
  /** What usage types of this region begin with. */
  readonly prefix: string;
  readonly location: string;
  readonly bundles: readonly BundlePrice[];
}

const VALUE = { bundle: "Value", hardware: 1, rootGb: 80, userGb: 10 };
const STANDARD = { bundle: "Standard", hardware: 2, rootGb: 80, userGb: 50 };
const PERFORMANCE = { bundle: "Performance", hardware: 3, rootGb: 80, userGb: 100 };
const POWER = { bundle: "Power", hardware: 8, rootGb: 175, userGb: 100 };
const POWERPRO = { bundle: "PowerPro", hardware: 19, rootGb: 175, userGb: 100 };

/**
 * Windows with its licence, default volumes. Virginia: values of the Price List API in a public cost-optimizer module that
 * states 2026-06-27. Ireland: a third party's table of 2026-05-01, which has auto-stop for one bundle. Oregon: none known.
 */
export const PRICES: Readonly<Record<string, RegionPrices>> = {
  "us-east-1": {
    prefix: "",
    location: "US East (N. Virginia)",
    bundles: [
      { ...VALUE, alwaysOnMonth: "25", autoStopMonth: "7.25", autoStopHour: "0.22" },
      { ...STANDARD, alwaysOnMonth: "35", autoStopMonth: "9.75", autoStopHour: "0.30" },
      { ...PERFORMANCE, alwaysOnMonth: "50", autoStopMonth: "13", autoStopHour: "0.47" },
      { ...POWER, alwaysOnMonth: "78", autoStopMonth: "19", autoStopHour: "0.68" },
      { ...POWERPRO, alwaysOnMonth: "140", autoStopMonth: "19", autoStopHour: "1.53" },
    ],
  },
  "eu-west-1": {
    prefix: "EU-",
    location: "EU (Ireland)",
    bundles: [
      { ...STANDARD, alwaysOnMonth: "37", autoStopMonth: "11", autoStopHour: "0.32" },
      { ...PERFORMANCE, alwaysOnMonth: "54" },
      { ...POWER, alwaysOnMonth: "82" },
      { ...POWERPRO, alwaysOnMonth: "157" },
    ],
  },
  "us-west-2": {
    prefix: "USW2-",
    location: "US West (Oregon)",
    bundles: [VALUE, STANDARD, PERFORMANCE, POWER, POWERPRO],
  },
};
