module stauth

go 1.19
