"""How fast is each page, beside the barest Django view that does the same work?"""
