package instagram

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"github.com/igsource/igsource/graphapi"
	"github.com/igsource/igsource/plugin"
	"github.com/igsource/igsource/schema/tables"
	"github.com/igsource/igsource/shred"
)

// The values of a profile's row that its answer does not hold.
const (
	paramAccount   = "account_id"
	paramRetrieved = "retrieved_at"
)

// compileProfile makes the decoding plan of a profile: one object, one row.
func compileProfile(l tables.Layout) (*shred.Plan, error) {
	node := shred.Node{Table: l.Table.Name, Schema: l.Table.Arrow()}
	for i, c := range l.Roles {
		var f shred.Field
		switch c.Role {
		case tables.AccountID:
			f.Param = paramAccount
		case tables.RetrievedAt:
			f.Param = paramRetrieved
		case tables.Field:
			f.Path = c.Name
			if l.Table.Columns[i].Type.ID() == arrow.STRING {
				f.Form = shred.FormLoose // objects and lists are JSON text
			}
		default:
			return nil, fmt.Errorf("column %s: nothing fills a %s", l.Table.Columns[i].Name, c.Role)
		}
		node.Columns = append(node.Columns, f)
	}
	return shred.Compile(shred.RootObject, node)
}

// profiles reads a split of profiles: a row for each account, in order.
func (r *reading) profiles(ctx context.Context) (arrow.Record, error) {
	fields := strings.Join(r.table.Names(tables.Field), ",")
	requests := make([]graphapi.Request, len(r.work.Accounts))
	for i, a := range r.work.Accounts {
		requests[i] = graphapi.Request{Path: a.ID, Account: a.ID, Params: []graphapi.Param{{Name: "fields", Value: fields}}}
	}
	results, err := r.client.Batch(ctx, requests)
	if err != nil {
		return nil, err
	}
	decoder := r.profile.NewDecoder()
	if err := decoder.Set(paramRetrieved, r.work.start()); err != nil {
		return nil, err
	}
	var rows []arrow.Record
	defer func() {
		for _, row := range rows {
			row.Release()
		}
	}()
	var lost []error
	for i, a := range r.work.Accounts {
		row, err := r.profileRow(decoder, a, results[i])
		if err == nil {
			rows = append(rows, row)
			continue
		}
		err = fmt.Errorf("account %s: %w", a.ID, err)
		if r.source.config.ErrorHandling != skipOnError || deadToken(err) || len(r.work.Accounts) == 1 {
			return nil, err
		}
		lost = append(lost, err)
		r.note(plugin.Lost{Split: r.split, Object: a.ID, Err: err})
	}
	if len(rows) == 0 {
		return nil, errors.Join(lost...)
	}
	r.tellUnknown(r.table.Table.Name, decoder.UnknownFields())
	return concatenate(rows)
}

// profileRow decodes the profile of one account.
func (r *reading) profileRow(decoder *shred.Decoder, a target, result graphapi.Result) (arrow.Record, error) {
	if result.Err != nil {
		return nil, result.Err
	}
	defer result.Answer.Release()
	if err := decoder.Set(paramAccount, a.ID); err != nil {
		return nil, err
	}
	page, err := decoder.Decode(result.Answer.Body)
	if err != nil {
		return nil, fmt.Errorf("its profile is not what it should be: %w", err)
	}
	return page.Records[0], nil
}

// concatenate makes one record of several of one schema, which stay the caller's.
func concatenate(rows []arrow.Record) (arrow.Record, error) {
	schema := rows[0].Schema()
	columns := make([]arrow.Array, schema.NumFields())
	total := int64(0)
	for _, row := range rows {
		total += row.NumRows()
	}
	defer func() {
		for _, c := range columns {
			if c != nil {
				c.Release()
			}
		}
	}()
	for i := range columns {
		parts := make([]arrow.Array, len(rows))
		for k, row := range rows {
			parts[k] = row.Column(i)
		}
		var err error
		if columns[i], err = array.Concatenate(parts, memory.DefaultAllocator); err != nil {
			return nil, fmt.Errorf("column %s: %w", schema.Field(i).Name, err)
		}
	}
	return array.NewRecord(schema, columns, total), nil
}
