// Package sheet carries records into and out of spreadsheets: it reads CSV and
// XLSX with limits against bombs, finds the field of a column, turns cells into
// values and values into cells that no spreadsheet takes for a formula. It
// writes nothing to the town: its callers send commands through the hall.
package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/simplifiedchinese"

	"zhenwu/internal/form"
	"zhenwu/internal/town"
)

// Limits of a sheet.
const (
	MostRows     = 100_000 // of a sheet, its head included
	MostBytes    = form.MostBytes
	mostUnpacked = form.MostUnpacked
)

// Read reads the first sheet of an XLSX, or a CSV in UTF-8 or GB18030. What it
// cannot read is a town.Error Invalid.
func Read(data []byte) (rows [][]string, err error) {
	defer func() { // the reader of spreadsheets has had faults of its own on bad input
		if p := recover(); p != nil {
			err = town.Refuse(town.Invalid, "file", "表格文件已损坏，请重新另存后再试。", "the spreadsheet is damaged; save it again and retry.")
		}
	}()
	switch {
	case len(data) == 0:
		return nil, town.Refuse(town.Invalid, "file", "文件是空的。", "the file is empty.")
	case bytes.HasPrefix(data, []byte("\xd0\xcf\x11\xe0")):
		return nil, town.Refuse(town.Invalid, "file", "这是旧版 Excel（XLS）文件，请另存为 XLSX 或 CSV。", "this is an old Excel file (XLS); save it as XLSX or CSV.")
	case bytes.HasPrefix(data, []byte("%PDF")):
		return nil, town.Refuse(town.Invalid, "file", "这是 PDF 文件，不是表格；请打开原来的表格，另存为 XLSX 或 CSV。", "this is a PDF, no spreadsheet; open the sheet it was made from and save it as XLSX or CSV.")
	case bytes.HasPrefix(data, []byte("PK")):
		return readXLSX(data)
	}
	if !utf8.Valid(data) {
		if data, err = simplifiedchinese.GB18030.NewDecoder().Bytes(data); err != nil {
			return nil, town.Refuse(town.Invalid, "file", "认不出文字编码，请另存为 UTF-8 的 CSV 或 XLSX。", "the encoding is not known; save it as CSV in UTF-8 or as XLSX.")
		}
	}
	if bytes.IndexByte(data, 0) >= 0 {
		return nil, town.Refuse(town.Invalid, "file", "不是表格文件，请选择 CSV 或 XLSX。", "this is no spreadsheet; choose CSV or XLSX.")
	}
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(data, []byte("\ufeff"))))
	r.FieldsPerRecord, r.LazyQuotes = -1, true
	if first, _, _ := bytes.Cut(data, []byte("\n")); bytes.Count(first, []byte("\t")) > bytes.Count(first, []byte(",")) {
		r.Comma = '\t'
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return rows, nil
		}
		if err != nil {
			return nil, town.Refuse(town.Invalid, "file", "CSV 第 %d 行读不了。", "line %d of the CSV cannot be read.", len(rows)+1)
		}
		if len(rows) > MostRows {
			return nil, tooManyRows()
		}
		rows = append(rows, row)
	}
}

// Table reads the rows of a table whose first row names the columns: a title of one cell above it is left out. above is how
// many lines stand above the first row of data. Too large, unreadable or without a row of data: town.Error Invalid.
func Table(data []byte) (rows [][]string, above int, err error) {
	if len(data) > MostBytes {
		return nil, 0, town.Refuse(town.Invalid, "file", "文件超过 40 MB", "the file is larger than 40 MB")
	}
	if rows, err = Read(data); err != nil {
		return nil, 0, err
	}
	for above = 1; len(rows) > 1 && Filled(rows[0]) < 2 && Filled(rows[1]) > Filled(rows[0]); above++ {
		rows = rows[1:]
	}
	if len(rows) < 2 {
		return nil, 0, town.Refuse(town.Invalid, "file", "表里没有数据行；第一行应为列名。", "the sheet has no rows of data; its first row must name the columns.")
	}
	return rows, above, nil
}

// Filled counts the cells of a row that hold something.
func Filled(row []string) int {
	n := 0
	for _, c := range row {
		if strings.TrimSpace(c) != "" {
			n++
		}
	}
	return n
}

func tooManyRows() error {
	return town.Refuse(town.Invalid, "file", "最多导入 %d 行，请分几次。", "at most %d rows at once; split the file.", MostRows)
}

func readXLSX(data []byte) ([][]string, error) {
	bad := town.Refuse(town.Invalid, "file", "打不开这个 XLSX，可能已损坏、加密或解开后过大。", "this XLSX cannot be opened: damaged, encrypted or too large once unpacked.")
	x, err := excelize.OpenReader(bytes.NewReader(data), excelize.Options{UnzipSizeLimit: mostUnpacked, UnzipXMLSizeLimit: form.MostPart})
	if err != nil {
		bad.Err = err
		return nil, bad
	}
	defer x.Close()
	names := x.GetSheetList()
	if len(names) == 0 {
		return nil, bad
	}
	it, err := x.Rows(names[0])
	if err != nil {
		bad.Err = err
		return nil, bad
	}
	defer it.Close()
	var rows [][]string
	for it.Next() {
		row, err := it.Columns()
		if err != nil {
			bad.Err = err
			return nil, bad
		}
		if len(rows) > MostRows {
			return nil, tooManyRows()
		}
		rows = append(rows, row)
	}
	if err := it.Error(); err != nil {
		bad.Err = err
		return nil, bad
	}
	return rows, nil
}
