from services.aggregator.app import main

if __name__ == "__main__":
    main()
