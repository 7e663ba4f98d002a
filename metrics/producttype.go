package metrics

import "slices"

// ProductTypes returns every media_product_type that has a current metric, in order of first appearance.
// The API knows others, such as that of ads, of whose metrics nothing is known.
func ProductTypes() []string {
	return union(Media, func(m Metric) []string { return m.ProductTypes })
}

// For says whether media of productType have m. No metric is known of a type that ProductTypes does not
// return, nor of the empty one.
func (m Metric) For(productType string) bool { return slices.Contains(m.ProductTypes, productType) }

// productTypes returns the types that c is judged by, in catalogue order.
func (c Choice) productTypes() []string {
	if c.Object != Media {
		return nil
	}
	all := ProductTypes()
	if len(c.ProductTypes) == 0 || c.open(KindProductTypes) {
		return all
	}
	return slices.DeleteFunc(all, func(t string) bool { return !slices.Contains(c.ProductTypes, t) })
}

// fitsProductTypes says whether any media that c is about has m.
func (c Choice) fitsProductTypes(m Metric) bool {
	return c.Object != Media || slices.ContainsFunc(c.productTypes(), m.For)
}
